import { AwsError } from '../gateway/aws-error.ts';

/** Why a delivery failed, as the attributes of a dead letter say it. */
export interface DeliveryError {
  /** EventBridge's `ERROR_CODE`. */
  code: string;
  message: string;
  /** False when trying again cannot help. */
  retryable: boolean;
}

/** Error codes by how AWS services name the cause, first match. Source: EventBridge user guide, dead-letter queues. */
const CODES: readonly (readonly [pattern: RegExp, code: string, retryable: boolean])[] = [
  [/AccessDenied|NotAuthorized|Unauthorized|AuthorizationError/, 'NO_PERMISSIONS', false],
  [/NotFound|DoesNotExist|NonExistent|NoSuch/, 'NO_RESOURCE', false],
  [/Throttl|TooManyRequests|LimitExceeded|SlowDown/, 'THROTTLING', true],
  [/AlreadyExists/, 'RESOURCE_ALREADY_EXISTS', false],
  [/InvalidJson|InvalidRequestContent|InvalidExecutionInput/, 'INVALID_JSON', false],
  [/Timeout|TimedOut/, 'TIMEOUT', true],
];

/** Sorts an error of a target by whether trying again can help. */
export function deliveryError(error: unknown): DeliveryError {
  if (!(error instanceof AwsError))
    return { code: 'INTERNAL_ERROR', message: error instanceof Error ? error.message : String(error), retryable: true };
  const known = CODES.find(([pattern]) => pattern.test(error.code));
  if (known) return { code: known[1], message: error.message, retryable: known[2] };
  return error.status >= 500
    ? { code: 'ERROR_FROM_TARGET', message: error.message, retryable: true }
    : { code: 'SDK_CLIENT_ERROR', message: error.message, retryable: false };
}
