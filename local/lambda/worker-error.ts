import type { ErrorPayload } from './worker-protocol.ts';

/** What a handler threw, as Lambda's Node runtime answers it. */
export function errorPayload(error: unknown): ErrorPayload {
  if (error instanceof Error)
    return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

/** The same as the runtime logs it: one line of JSON. */
export function loggedError(error: unknown): string {
  const { errorType, errorMessage, trace } = errorPayload(error);
  const own = error instanceof Error ? Object.fromEntries(Object.entries(error)) : {};
  return JSON.stringify({ errorType, errorMessage, ...own, stack: trace });
}
