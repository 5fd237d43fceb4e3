import type { ErrorPayload } from './worker-protocol.ts';

/** The handler took longer than the function's timeout. */
export function timeoutError(requestId: string, timeoutMs: number): ErrorPayload {
  const seconds = (timeoutMs / 1000).toFixed(2);
  return platformError('Sandbox.Timedout', `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`);
}

/** The code outside of the handler took too long. */
export function initTimeout(requestId: string, limitMs: number): ErrorPayload {
  const seconds = (limitMs / 1000).toFixed(2);
  return platformError('Sandbox.Timedout', `RequestId: ${requestId} Error: Init timed out after ${seconds} seconds`);
}

/** The environment ended in the middle of an invocation. */
export function exitError(requestId: string | undefined, cause: Error | undefined, code: number): ErrorPayload {
  const prefix = `RequestId: ${requestId ?? 'unknown'} Error: Runtime exited`;
  if (cause && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return platformError('Runtime.OutOfMemory', `${prefix} with error: signal: killed`);
  if (code === 0) return platformError('Runtime.ExitError', `${prefix} without providing a reason`);
  return platformError('Runtime.ExitError', `${prefix} with error: exit status ${code}`);
}

export function responseSizeError(size: number, limit: number): ErrorPayload {
  return platformError(
    'Function.ResponseSizeTooLarge',
    `Response payload size (${size} bytes) exceeded maximum allowed payload size (${limit} bytes).`,
  );
}

function platformError(errorType: string, errorMessage: string): ErrorPayload {
  return { errorType, errorMessage, trace: [] };
}
