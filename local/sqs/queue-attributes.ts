import { AwsError } from '../gateway/aws-error.ts';
import { PolicyError } from '../iam/policy.ts';
import { parsePolicyText } from '../iam/policy-text.ts';
import type { Queue, QueueStore } from '../substrate/fauxqs.ts';
import { checkRedrivePolicy } from './redrive-policy.ts';

type Attributes = Readonly<Record<string, string>>;

const FIFO_ONLY = ['FifoQueue', 'ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit'];
/** What CreateQueue and SetQueueAttributes take. */
const SETTABLE = new Set([
  ...FIFO_ONLY,
  'DelaySeconds',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'Policy',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
  'RedrivePolicy',
  'SqsManagedSseEnabled',
  'VisibilityTimeout',
]);
const READABLE = new Set([
  ...SETTABLE,
  'All',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'QueueArn',
]);

/** Checks the names that GetQueueAttributes asks for. Throws `AwsError` InvalidAttributeName. */
export function checkAttributeNames(names: readonly unknown[]): void {
  for (const name of names) if (!READABLE.has(String(name))) throw unknownAttribute(String(name));
}

/** Checks CreateQueue. Throws `AwsError` InvalidParameterValue, InvalidAttributeName, InvalidAttributeValue. */
export function checkCreation(name: string, arn: string, attributes: Attributes, store: QueueStore): void {
  const fifo = attributes['FifoQueue'] === 'true';
  const sound = name.length <= 80 && (fifo ? /^[\w-]+\.fifo$/ : /^[\w-]+$/).test(name);
  if (!sound)
    throw new AwsError(
      'InvalidParameterValue',
      fifo
        ? 'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.'
        : 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    );
  checkAttributes(arn, fifo, attributes, store);
}

/** Checks SetQueueAttributes. Throws `AwsError` InvalidParameterValue, InvalidAttributeName, InvalidAttributeValue. */
export function checkChange(queue: Queue, attributes: Attributes, store: QueueStore): void {
  checkAttributes(queue.arn, queue.isFifo(), attributes, store);
  if (attributes['FifoQueue'] !== undefined && attributes['FifoQueue'] !== 'true')
    throw invalidValue('FifoQueue', 'Modifying queue type is not supported');
}

function checkAttributes(arn: string, fifo: boolean, attributes: Attributes, store: QueueStore): void {
  for (const name of Object.keys(attributes))
    if (!SETTABLE.has(name) || (!fifo && FIFO_ONLY.includes(name))) throw unknownAttribute(name);
  const { Policy, RedrivePolicy } = attributes;
  if (Policy) checkPolicy(arn, Policy);
  if (RedrivePolicy) checkRedrivePolicy(RedrivePolicy, fifo, store);
}

function checkPolicy(arn: string, text: string): void {
  try {
    parsePolicyText(text, `policy of ${arn}`);
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
    throw invalidValue('Policy', cause.message, cause);
  }
}

const unknownAttribute = (name: string) => new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);

function invalidValue(name: string, reason: string, cause?: unknown): AwsError {
  return new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}. Reason: ${reason}.`, {
    cause,
  });
}
