import type { WaitState } from '../definition/asl.ts';
import { evaluateTyped, isNumber, isString } from '../language/template.ts';
import type { Frame } from './frame.ts';
import { YEAR_SECONDS } from './lifetime.ts';
import type { Run } from './run.ts';
import { StateError } from './state-error.ts';
import { parseTimestamp } from './timestamp.ts';
import { leave } from './transition.ts';

export async function enterWait(run: Run, frame: Frame, state: WaitState): Promise<void> {
  frame.wait = { for: 'time', at: await until(run, frame, state) };
}

/** The wait is over. */
export async function waited(run: Run, frame: Frame, state: WaitState): Promise<void> {
  frame.before = frame.last;
  await leave(run, frame, state, { ...state, scope: run.scope(frame), output: frame.input });
}

async function until(run: Run, frame: Frame, state: WaitState): Promise<number> {
  const scope = run.scope(frame);
  if (state.Timestamp !== undefined) {
    const text = await evaluateTyped(state.Timestamp, 'Timestamp', scope, 'string', isString);
    return timestamp(text);
  }
  const seconds = await evaluateTyped(state.Seconds ?? 0, 'Seconds', scope, 'number', isNumber);
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > YEAR_SECONDS)
    throw invalid('Seconds', `The Seconds field must be an integer between 0 and ${YEAR_SECONDS} but was: ${seconds}`);
  return run.now + seconds * 1000;
}

function timestamp(text: string): number {
  const at = parseTimestamp(text);
  if (at !== undefined) return at;
  throw invalid(
    'Timestamp',
    `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
  );
}

/** The expression was fine and its value is not: the service notices that once it has entered the state for good. */
function invalid(location: string, cause: string): StateError {
  return new StateError('States.QueryEvaluationError', cause, { evaluation: { location }, afterEntry: true });
}
