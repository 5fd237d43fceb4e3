import { z } from 'zod';
import { allTags, defined, tagList, text } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** A topic; its subscriptions stay over restarts. */
export const snsTopic = resourceType({
  type: 'AWS::SNS::Topic',
  properties: z.strictObject({
    TopicName: z.string().optional(),
    DisplayName: text.optional(),
    Subscription: z.array(z.strictObject({ Protocol: z.string(), Endpoint: z.string() })).default([]),
    Tags: tagList,
  }),
  ignored: {
    KmsMasterKeyId: 'messages on this machine are as safe as the machine',
    TracingConfig: 'there is no X-Ray',
  },
  async create({ TopicName, DisplayName, Subscription, Tags }, context) {
    const name = context.name(TopicName, { maxLength: 256 });
    const { topics } = context.modules;
    const attributes = defined({ DisplayName });
    const { arn } = await topics.put({ name, attributes, tags: allTags(Tags, context) });
    for (const { Protocol: protocol, Endpoint: endpoint } of Subscription)
      await topics.subscribe({ topicArn: arn, protocol, endpoint, attributes: {} });
    return { id: arn, attributes: { TopicArn: arn, TopicName: name } };
  },
});
