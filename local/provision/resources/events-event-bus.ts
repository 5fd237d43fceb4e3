import { z } from 'zod';
import { allTags, defined, json, tagList } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** An event bus of the product's own. */
export const eventsEventBus = resourceType({
  type: 'AWS::Events::EventBus',
  properties: z.strictObject({
    Name: z.string(),
    Description: z.string().optional(),
    DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).optional(),
    Policy: json.optional(),
    Tags: tagList,
  }),
  ignored: {
    KmsKeyIdentifier: 'events on this machine are as safe as the machine',
    LogConfig: 'the bus writes no log of its own',
  },
  async create({ Name, Description, DeadLetterConfig, Policy, Tags }, context) {
    const { modules } = context;
    const { arn } = await modules.events.putBus(
      defined({
        name: Name,
        description: Description,
        deadLetterArn: DeadLetterConfig?.Arn,
        tags: allTags(Tags, context),
      }),
    );
    if (Policy) modules.iam.putResourcePolicy(arn, Policy);
    return { id: Name, attributes: { Arn: arn, Name } };
  },
});
