import { AwsError } from '../gateway/aws-error.ts';
import { membersOf } from '../gateway/input.ts';
import type { QueueStore } from '../substrate/fauxqs.ts';

/** Checks a `RedrivePolicy` as it is set by API. Throws `AwsError` InvalidParameterValue with SQS's reasons. */
export function checkRedrivePolicy(text: string, fifo: boolean, store: QueueStore): void {
  const problem = problemOf(text, fifo, store);
  if (problem === undefined) return;
  throw new AwsError(
    'InvalidParameterValue',
    `Value ${text} for parameter RedrivePolicy is invalid. Reason: ${problem}`,
  );
}

function problemOf(text: string, fifo: boolean, store: QueueStore): string | undefined {
  const policy = parse(text);
  if (!policy) return 'Redrive policy is not a valid JSON map.';
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  for (const name of ['deadLetterTargetArn', 'maxReceiveCount'])
    if (policy[name] === undefined) return `Redrive policy does not contain mandatory attribute: ${name}.`;
  const count = Number(maxReceiveCount); // SQS takes it as text as well
  if (!(Number.isInteger(count) && count >= 1 && count <= 1_000))
    return `Invalid value for maxReceiveCount: ${maxReceiveCount}, valid values are from 1 to 1000 both inclusive.`;
  const target = store.getQueueByArn(String(deadLetterTargetArn));
  if (!target) return 'Dead letter target does not exist.';
  return target.isFifo() === fifo ? undefined : 'Dead-letter queue must be same type of queue as the source.';
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? membersOf(value) : undefined;
  } catch {
    return undefined; // the same answer for what does not parse and what is no map
  }
}
