import { decisionsIn, decisionText } from './decisions.ts';
import type { OutputRequest, Step } from './output-request.ts';
import { humanDuration, inOrder, latest } from './timings.ts';

/** Content of `logs/<executionId>/execution.log`: one line a step, then how it ended. */
export function executionLog(request: OutputRequest): string {
  const { executionId, startedAt, location } = request;
  const ordered = inOrder(request.steps);
  const end = latest(
    ordered.map((step) => step.finishedAt),
    startedAt,
  );
  const lines = [
    line(startedAt, 'START', `execution ${executionId} for ${location}`),
    ...ordered.map(stepLine),
    ...warningsOf(request).map((warning) => line(end, 'WARN', warning)),
    ...decisionLines(request, end),
    line(end, request.operation === 'error' ? 'FAILED' : 'SUCCEEDED', endingOf(request, startedAt, end)),
  ];
  return `${lines.join('\n')}\n`;
}

function stepLine({ state, enteredAt, finishedAt, failed, note }: Step): string {
  const took = humanDuration(Date.parse(finishedAt) - Date.parse(enteredAt));
  return line(enteredAt, failed ? 'ERROR' : 'OK', `${state.padEnd(22)} ${took.padStart(12)}${note ? `  ${note}` : ''}`);
}

/** Times in the log have the precision of milliseconds, whatever the workflow's were. */
function line(at: string, level: string, text: string): string {
  return `${new Date(at).toISOString()}  ${level.padEnd(9)} ${text.replace(/\s*[\r\n]+\s*/g, ' ⏎ ')}`.trimEnd();
}

function warningsOf(request: OutputRequest): readonly string[] {
  return request.operation === 'error' ? [] : request.warnings;
}

/** Who decided: the callback of a success; of an error, what a rejection gives as its cause. */
function decisionLines(request: OutputRequest, at: string): string[] {
  if (request.operation !== 'error') {
    const decisions = decisionsIn(request.callback);
    return (decisions.length > 0 ? decisions : [{}]).map((decision) => line(at, 'DECISION', decisionText(decision)));
  }
  const rejection = request.error.error === 'CallbackRejected' ? decisionsIn(request.error.cause) : [];
  return rejection.map((decision) => line(at, 'DECISION', decisionText({ outcome: 'failure', ...decision })));
}

function endingOf(request: OutputRequest, startedAt: string, end: string): string {
  const after = `after ${humanDuration(Date.parse(end) - Date.parse(startedAt))}`;
  if (request.operation !== 'error') return after;
  return `in ${request.error.state} ${after}: ${request.error.error}: ${request.error.message}`;
}
