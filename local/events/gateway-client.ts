import type { Gateway } from '../gateway/gateway.ts';
import type { Principal } from '../iam/principal.ts';

/** How a component calls other services as a principal. The gateway itself, or something that asks it later. */
export type GatewayClient = Pick<Gateway, 'call' | 'url'>;

/** A text for a queue or topic. */
export interface OutgoingMessage {
  body: string;
  /** Attributes by name: strings, and numbers as such. */
  attributes?: Attributes;
  /** Message group of a FIFO queue. */
  groupId?: string;
}

type Attributes = Readonly<Record<string, string | number>>;

/** Sends to a queue or topic as `principal`. Throws `AwsError` as the service answers it. */
export async function sendToArn(
  gateway: GatewayClient,
  principal: Principal,
  arn: string,
  message: OutgoingMessage,
): Promise<void> {
  const { body, attributes = {}, groupId } = message;
  const group = groupId === undefined ? {} : { MessageGroupId: groupId };
  if (serviceOf(arn) === 'sqs')
    await gateway.call(principal, {
      service: 'sqs',
      action: 'SendMessage',
      input: {
        QueueUrl: queueUrl(gateway, arn),
        MessageBody: body,
        MessageAttributes: queueAttributes(attributes),
        ...group,
      },
    });
  else
    await gateway.call(principal, {
      service: 'sns',
      action: 'Publish',
      input: { TopicArn: arn, Message: body, MessageAttributes: topicAttributes(attributes), ...group },
    });
}

/** The URL of a queue on the gateway, by its ARN. */
export function queueUrl(gateway: Pick<GatewayClient, 'url'>, arn: string): string {
  const [, , , , account, name] = arn.split(':');
  return `${gateway.url}/${account}/${name}`;
}

/** The service in an ARN: `sqs`. */
export function serviceOf(arn: string): string {
  return arn.split(':')[2] ?? '';
}

function queueAttributes(attributes: Attributes) {
  const entries = Object.entries(attributes).map(([name, value]) => [name, attribute(value)] as const);
  return Object.fromEntries(entries);
}

/** SNS takes a list: its query protocol has no maps. */
function topicAttributes(attributes: Attributes) {
  return Object.entries(attributes).map(([name, value]) => ({ Name: name, Value: attribute(value) }));
}

function attribute(value: string | number) {
  return { DataType: typeof value === 'number' ? 'Number' : 'String', StringValue: String(value) };
}
