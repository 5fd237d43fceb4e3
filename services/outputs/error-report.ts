import { decisionsIn } from './decisions.ts';
import type { ErrorRequest } from './output-request.ts';
import { inOrder, timingOf } from './timings.ts';

/** Content of `logs/<executionId>/error.json`: which state, error, cause and input. */
export function errorReport(request: ErrorRequest): object {
  const { executionId, executionArn, startedAt, location, error, executionInput, input, steps } = request;
  const ordered = inOrder(steps);
  const decisions = error.error === 'CallbackRejected' ? decisionsIn(error.cause) : [];
  return {
    schemaVersion: 1,
    executionId,
    executionArn,
    status: 'FAILED',
    ...error,
    ...(decisions.length > 0 && { decisions }),
    source: location,
    executionInput,
    input: input ?? null,
    startedAt,
    failedAt: ordered.findLast((step) => step.failed)?.finishedAt ?? startedAt,
    steps: ordered.map(timingOf),
  };
}
