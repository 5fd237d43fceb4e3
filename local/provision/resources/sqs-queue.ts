import { z } from 'zod';
import { allTags, boolean, json, number, tagList } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** Properties whose names and meaning are those of the API's attributes. */
const attributes = z.strictObject({
  DelaySeconds: number.optional(),
  MaximumMessageSize: number.optional(),
  MessageRetentionPeriod: number.optional(),
  ReceiveMessageWaitTimeSeconds: number.optional(),
  VisibilityTimeout: number.optional(),
  RedrivePolicy: json.optional(),
  RedriveAllowPolicy: json.optional(),
  FifoQueue: boolean.optional(),
  ContentBasedDeduplication: boolean.optional(),
  DeduplicationScope: z.string().optional(),
  FifoThroughputLimit: z.string().optional(),
});

/** A queue; its messages and its policy stay over restarts. */
export const sqsQueue = resourceType({
  type: 'AWS::SQS::Queue',
  properties: attributes.extend({ QueueName: z.string().optional(), Tags: tagList }),
  ignored: {
    SqsManagedSseEnabled: 'messages on this machine are as safe as the machine',
    KmsMasterKeyId: 'messages on this machine are as safe as the machine',
    KmsDataKeyReusePeriodSeconds: 'messages on this machine are as safe as the machine',
  },
  async create({ QueueName, Tags, ...declared }, context) {
    const name = context.name(QueueName, { maxLength: 80, ...(declared.FifoQueue ? { suffix: '.fifo' } : {}) });
    const tags = allTags(Tags, context);
    const { url, arn } = await context.modules.queues.put({ name, attributes: attributeTexts(declared), tags });
    return { id: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
  },
});

/** The API takes every attribute as text, policies as JSON. A queue that is no FIFO queue has no attribute for it. */
function attributeTexts({ FifoQueue, ...declared }: z.infer<typeof attributes>): Record<string, string> {
  const all = { ...declared, ...(FifoQueue ? { FifoQueue } : {}) };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => {
      if (value === undefined) return [];
      return [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]];
    }),
  );
}
