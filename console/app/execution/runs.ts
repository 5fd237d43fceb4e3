import type { StateRun } from '../../../cli/executions/state-tree.ts';
import type { EventView, ExecutionView } from '../../server/execution-view.ts';
import type { Json } from '../connection/json.ts';

export type View = Json<ExecutionView>;
export type Run = Json<StateRun>;
export type EventRow = Json<EventView>;

/** The last run of each state. After a redrive a state may have run more than once. */
export function lastRuns(states: readonly Run[], found = new Map<string, Run>()): Map<string, Run> {
  for (const state of states) {
    found.set(state.name, state);
    lastRuns(state.states, found);
  }
  return found;
}

/** What went into a state and what came out of it, from its last run. */
export function dataOf(events: readonly EventRow[], state: string): { title: string; text: string }[] {
  const own = events.filter((event) => event.state === state);
  const last = (suffix: RegExp) => own.findLast(({ type }) => suffix.test(type))?.details;
  return [
    { title: 'Input', text: field(last(/StateEntered$/), 'input') },
    { title: 'Arguments', text: field(last(/Scheduled$/), 'parameters') || field(last(/Scheduled$/), 'input') },
    { title: 'Result', text: field(last(/^(Task|LambdaFunction)Succeeded$/), 'output') },
    { title: 'Output', text: field(last(/StateExited$/), 'output') },
    { title: 'Variables', text: field(last(/StateExited$/), 'assignedVariables') },
  ].filter(({ text }) => text !== '');
}

function field(details: object | undefined, name: string): string {
  const value: unknown = details ? Reflect.get(details, name) : undefined;
  if (value === undefined) return '';
  return pretty(typeof value === 'string' ? value : JSON.stringify(opened(value)));
}

/** Texts that hold JSON, as the values of variables do, become what they hold. */
function opened(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, typeof inner === 'string' ? parsed(inner) : inner]),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** JSON with line breaks; any other text as it is. */
export function pretty(text: string): string {
  const value = parsed(text);
  return typeof value === 'object' && value !== null ? JSON.stringify(value, null, 2) : text;
}
