import { S3ServiceException } from '@aws-sdk/client-s3';

/** This copy can never succeed as it was asked for. The state machine records it and does not retry. */
export class CopyRefused extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CopyRefused';
  }
}

/** This copy failed now and may succeed later. The state machine retries the task. */
export class CopyFailed extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CopyFailed';
  }
}

/** Client errors that time can mend: a timeout, a conflict, a source that changed between two calls, a throttle. */
const PASSING_CLIENT_ERRORS = new Set([408, 409, 412, 429]);

/**
 * Awaits one call to S3 and says of its error what it means for the copy.
 *
 * @param step completes "while …" for the person who reads the reason: `reading the source`
 */
export async function during<T>(step: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw explained(error, step);
  }
}

function explained(error: unknown, step: string): Error {
  if (error instanceof CopyRefused || error instanceof CopyFailed) return error;
  if (!(error instanceof S3ServiceException)) return new CopyFailed(`${plain(error)} while ${step}`, { cause: error });
  const message = `${codeOf(error)} while ${step}${detailOf(error)}`;
  return isFinal(error) ? new CopyRefused(message, { cause: error }) : new CopyFailed(message, { cause: error });
}

function plain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'AbortError' || error.name === 'TimeoutError'
    ? 'the time was up'
    : oneLine(`${error.name}: ${error.message}`);
}

/** An answer to HEAD has no body, so the SDK knows neither code nor message: the status is all there is. */
function codeOf(error: S3ServiceException): string {
  const status = statusOf(error);
  if (status === 403) return 'AccessDenied';
  if (/^(Unknown.*|\d+)$/.test(error.name)) return `HTTP ${status}`;
  return error.name;
}

function detailOf({ name, message }: S3ServiceException): string {
  return !message || message === name || message === 'UnknownError' ? '' : `: ${oneLine(message)}`;
}

/** Reasons go into JSON, a table and an e-mail; quotes would cost escapes there, line breaks the layout. */
const oneLine = (text: string) => text.replaceAll('"', "'").replace(/\s+/g, ' ').trim();

function isFinal(error: S3ServiceException): boolean {
  const status = statusOf(error);
  return status >= 400 && status < 500 && !PASSING_CLIENT_ERRORS.has(status) && error.name !== 'RequestTimeout';
}

function statusOf(error: S3ServiceException): number {
  return error.$metadata.httpStatusCode ?? 0;
}

/** Whether S3 answered that there is no such object, version or bucket. */
export function isNotFound(error: unknown): boolean {
  return error instanceof S3ServiceException && statusOf(error) === 404;
}
