import { decisionsIn } from './decisions.ts';
import type { ResultRequest } from './output-request.ts';
import { inOrder, latest, timingOf } from './timings.ts';

/** Content of `outputs/<executionId>/result.json`. The same request always gives the same content. */
export function resultOf(request: ResultRequest): object {
  const { executionId, executionArn, startedAt, location, input, apis, warnings, callback, steps } = request;
  const timings = inOrder(steps).map(timingOf);
  const finishedAt = latest(
    timings.map((timing) => timing.finishedAt),
    startedAt,
  );
  return {
    schemaVersion: 1,
    executionId,
    executionArn,
    status: 'SUCCEEDED',
    jiraStoryId: input.jiraStoryId,
    source: location,
    input,
    apis,
    warnings,
    callback,
    decisions: decisionsIn(callback),
    timings: {
      startedAt,
      finishedAt,
      durationMs: Date.parse(finishedAt) - Date.parse(startedAt),
      steps: timings,
    },
  };
}
