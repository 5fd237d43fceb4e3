import { AwsError } from '../gateway/aws-error.ts';
import type { Queue } from '../substrate/fauxqs.ts';

/** fauxqs's handles are UUIDs. */
const HANDLE = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Deleting twice is harmless, but what was never a handle is refused. Throws `AwsError` ReceiptHandleIsInvalid. */
export function checkHandle({ ReceiptHandle }: { ReceiptHandle: string }): void {
  if (HANDLE.test(ReceiptHandle)) return;
  const message = `The input receipt handle "${ReceiptHandle}" is not a valid receipt handle.`;
  throw new AwsError('ReceiptHandleIsInvalid', message, { status: 404 });
}

/** Throws `AwsError` MissingParameter, ReceiptHandleIsInvalid, InvalidParameterValue. */
export function checkVisibility(
  change: { ReceiptHandle: string; VisibilityTimeout?: number | null | undefined },
  queue: Queue,
): void {
  if (typeof change.VisibilityTimeout !== 'number')
    throw new AwsError('MissingParameter', 'The request must contain the parameter VisibilityTimeout.');
  checkHandle(change);
  if (queue.inflightMessages.has(change.ReceiptHandle)) return;
  throw new AwsError(
    'InvalidParameterValue',
    `Value ${change.ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
  );
}
