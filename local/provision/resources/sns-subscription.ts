import { z } from 'zod';
import { boolean, json } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

const attributes = z.strictObject({
  FilterPolicy: json.optional(),
  FilterPolicyScope: z.string().optional(),
  RawMessageDelivery: boolean.optional(),
  RedrivePolicy: json.optional(),
  DeliveryPolicy: json.optional(),
});

/** Who gets a topic's messages. */
export const snsSubscription = resourceType({
  type: 'AWS::SNS::Subscription',
  properties: attributes.extend({ TopicArn: z.string(), Protocol: z.string(), Endpoint: z.string() }),
  ignored: { Region: 'there is one region' },
  async create({ TopicArn, Protocol, Endpoint, ...declared }, { modules }) {
    const texts = Object.entries(declared).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]],
    );
    const { arn } = await modules.topics.subscribe({
      topicArn: TopicArn,
      protocol: Protocol,
      endpoint: Endpoint,
      attributes: Object.fromEntries(texts),
    });
    return { id: arn, attributes: { Arn: arn } };
  },
});
