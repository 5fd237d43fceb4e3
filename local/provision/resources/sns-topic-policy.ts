import { z } from 'zod';
import { json } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** One policy for several topics, named by their ARNs. */
export const snsTopicPolicy = resourceType({
  type: 'AWS::SNS::TopicPolicy',
  properties: z.strictObject({ Topics: z.array(z.string()), PolicyDocument: json }),
  async create({ Topics, PolicyDocument }, context) {
    for (const arn of Topics) await context.modules.topics.setPolicy(arn, PolicyDocument);
    return { id: context.name(undefined, { maxLength: 128 }), attributes: {} };
  },
});
