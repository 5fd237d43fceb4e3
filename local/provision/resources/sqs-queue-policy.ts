import { z } from 'zod';
import { json } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** One policy for several queues, named by their URLs. */
export const sqsQueuePolicy = resourceType({
  type: 'AWS::SQS::QueuePolicy',
  properties: z.strictObject({ Queues: z.array(z.string()), PolicyDocument: json }),
  async create({ Queues, PolicyDocument }, context) {
    for (const url of Queues) await context.modules.queues.setPolicy(url, PolicyDocument);
    return { id: context.name(undefined, { maxLength: 128 }), attributes: {} };
  },
});
