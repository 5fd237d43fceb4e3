import type { HistoryEvent } from '@aws-sdk/client-sfn';

/** One run of a state, with those inside it. */
export interface StateRun {
  name: string;
  /** `Task`, `Parallel`, `Choice`, …; `Iteration` for one round of a Map. */
  type: string;
  status: 'running' | 'waiting' | 'succeeded' | 'failed';
  enteredAt: Date;
  exitedAt?: Date;
  /** Tries of its task, 1 or more. */
  attempts?: number;
  /** Its last failure; it may have been caught or retried. */
  error?: string;
  cause?: string;
  states: StateRun[];
}

interface Open {
  run: StateRun;
  parent: Open | undefined;
}

/** Where an event stands: in a state, or after it. */
interface Place {
  open: Open;
  exited: boolean;
}

const STARTS_INSIDE = /^(ParallelStateStarted|MapStateStarted|MapIterationStarted|ExecutionStarted|ExecutionRedriven)$/;
const ENDS = /^Execution(Succeeded|Failed|Aborted|TimedOut)$/;

/**
 * The states that an execution has run, as a tree: branches below their Parallel, iterations below their Map.
 * Follows `previousEventId`, because events of branches come mixed.
 */
export function stateTree(events: readonly HistoryEvent[]): StateRun[] {
  const root: Open = { run: newRun('', 'Execution', new Date(0)), parent: undefined };
  const places = new Map<number, Place>();
  for (const event of events) {
    const before = places.get(event.previousEventId ?? 0) ?? { open: root, exited: false };
    places.set(event.id ?? 0, placeOf(event, before, events, root));
  }
  const last = events.at(-1);
  if (ENDS.test(last?.type ?? '')) endOpen(root.run, last?.timestamp ?? new Date(0));
  return root.run.states;
}

function placeOf(event: HistoryEvent, before: Place, events: readonly HistoryEvent[], root: Open): Place {
  const at = event.timestamp ?? new Date(0);
  const entered = event.stateEnteredEventDetails?.name;
  if (entered) return enter(entered, event, before, events, root);
  if (event.type === 'MapIterationStarted') {
    const index = event.mapIterationStartedEventDetails?.index ?? 0;
    return {
      open: add(enclosing(before.open, (run) => run.type === 'Map') ?? root, `#${index}`, 'Iteration', at),
      exited: false,
    };
  }
  const exited = event.stateExitedEventDetails?.name;
  const named = exited ? enclosing(before.open, (run) => run.name === exited) : undefined;
  if (named) {
    finish(named.run, at);
    return { open: named, exited: true };
  }
  note(event, before.open.run);
  return endsInside(event, before) ?? { open: before.open, exited: false };
}

function enter(name: string, event: HistoryEvent, before: Place, events: readonly HistoryEvent[], root: Open): Place {
  const previous = events.find(({ id }) => id === event.previousEventId);
  const inside = !previous || STARTS_INSIDE.test(previous.type ?? '') || before.open === root;
  const parent = inside ? before.open : (before.open.parent ?? root);
  const type = (event.type ?? '').replace(/StateEntered$/, '');
  return { open: add(parent, name, type, event.timestamp ?? new Date(0)), exited: false };
}

/** The end of a branch or an iteration leads back to the state around it. */
function endsInside(event: HistoryEvent, { open }: Place): Place | undefined {
  const type: string = event.type ?? '';
  const iteration = /^MapIteration(Succeeded|Failed|Aborted)$/.exec(type);
  const found = enclosing(open, (run) => run.type === (iteration ? 'Iteration' : /^(Parallel|Map)/.exec(type)?.[1]));
  if (iteration && found) {
    if (type !== 'MapIterationSucceeded') found.run.status = 'failed';
    finish(found.run, event.timestamp ?? new Date(0));
    return { open: found.parent ?? found, exited: false };
  }
  if (!/^(Parallel|Map)State(Succeeded|Failed|Aborted)$/.test(type) || !found) return undefined;
  if (!type.endsWith('Succeeded')) found.run.status = 'failed';
  return { open: found, exited: false };
}

/** What a task's own events say: tries, failures, and whether it waits for someone else. */
function note(event: HistoryEvent, run: StateRun): void {
  if (event.type?.endsWith('Scheduled')) {
    run.attempts = (run.attempts ?? 0) + 1;
    run.status = 'running';
  }
  if (event.taskSubmittedEventDetails?.resource?.endsWith('.waitForTaskToken')) run.status = 'waiting';
  const failure = failureOf(event);
  if (failure) {
    run.status = 'failed';
    run.error = failure.error ?? 'unknown error';
    if (failure.cause) run.cause = failure.cause;
    else delete run.cause;
  } else if (event.type === 'TaskSucceeded') run.status = 'running';
}

function failureOf(event: HistoryEvent): { error?: string | undefined; cause?: string | undefined } | undefined {
  return (
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.taskStartFailedEventDetails ??
    event.taskSubmitFailedEventDetails ??
    event.lambdaFunctionFailedEventDetails ??
    event.evaluationFailedEventDetails
  );
}

function finish(run: StateRun, at: Date): void {
  run.exitedAt = at;
  if (run.status !== 'failed') run.status = 'succeeded';
}

/** An execution that has ended leaves nothing open: what was in it when it ended has failed with it. */
function endOpen(run: StateRun, at: Date): void {
  for (const inner of run.states) {
    if (!inner.exitedAt) {
      inner.exitedAt = at;
      inner.status = 'failed';
    }
    endOpen(inner, at);
  }
}

function add(parent: Open, name: string, type: string, enteredAt: Date): Open {
  const run = newRun(name, type, enteredAt);
  parent.run.states.push(run);
  return { run, parent };
}

function newRun(name: string, type: string, enteredAt: Date): StateRun {
  return { name, type, status: 'running', enteredAt, states: [] };
}

function enclosing(from: Open, matches: (run: StateRun) => boolean): Open | undefined {
  for (let open: Open | undefined = from; open; open = open.parent) if (matches(open.run)) return open;
  return undefined;
}
