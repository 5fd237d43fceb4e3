import type { Json, JsonObject } from '../json.ts';

/**
 * One thread of an execution: the top level, a branch of a Parallel or an iteration of a Map. Plain data, so that an
 * execution is stored as it stands between two steps and goes on from there in another process.
 */
export interface Frame {
  id: number;
  /** The frame whose Parallel or Map started this one; 0 for the top level. */
  parent: number;
  /** Which states it runs; see `Program.list`. */
  path: string;
  /** Branch or iteration number. */
  index: number;
  /** The current state, and the raw input it was entered with. */
  state: string;
  input: Json;
  /** Variables assigned in this frame; those of the frames above are visible too. */
  variables: JsonObject;
  /** Event that the next one of this frame points back to. */
  last: number;
  /** `last` before the current state was entered. */
  before: number;
  /** The event that entered the current state; 0 before it is entered. */
  entered: number;
  /** Epoch milliseconds. */
  enteredAt: number;
  /** Retries of the current state so far: all of them, and for each retrier. */
  retryCount: number;
  retries: number[];
  /** What `$states.context.Map.Item` shows inside an iteration. */
  item?: { index: number; value: Json };
  /** Missing while there is something to do at once. */
  wait?: Wait;
}

export type Wait = TimeWait | TaskWait | ChildrenWait;

/** A Wait state, or the pause before a retry. */
export interface TimeWait {
  for: 'time' | 'retry';
  /** Epoch milliseconds. */
  at: number;
}

/** What a task's effect, its answer or its job came to. */
export type TaskResult = { output: Json } | { error?: string; cause?: string };

export interface TaskWait {
  for: 'task';
  /** Tells the tries of one execution's tasks apart: a late result of an earlier try is not taken. */
  attempt: number;
  /** `running`: its effect is under way (and is repeated after a restart); `submitted`: only an answer is awaited. */
  phase: 'running' | 'submitted';
  resource: string;
  roleArn: string;
  arguments: Json;
  token?: string;
  timeoutAt?: number;
  /** Milliseconds allowed between heartbeats, and when the next one is due. */
  heartbeatMs?: number;
  heartbeatAt?: number;
  /** The job's result, when it came before the call that started the job returned. */
  ended?: TaskResult;
}

export interface ChildrenWait {
  for: 'children';
  /** Number of branches or iterations, and how many of them have been started. */
  total: number;
  started: number;
  running: number;
  /** Outputs by index; `failed` holds the indexes that have none because their failure is tolerated. */
  outputs: Record<string, Json>;
  failed: number[];
  /** Map only. */
  map?: { items: Json[]; concurrency: number; tolerated?: { count?: number; percentage?: number } };
}

export interface ExecutionState {
  frames: Frame[];
  nextFrame: number;
  nextAttempt: number;
  lastEvent: number;
  /** When the whole execution times out, epoch milliseconds. */
  timeoutAt?: number;
}

export function newFrame(
  state: ExecutionState,
  values: Pick<Frame, 'parent' | 'path' | 'index' | 'state' | 'input' | 'last'> & Partial<Frame>,
): Frame {
  const frame: Frame = {
    id: state.nextFrame++,
    variables: {},
    before: values.last,
    entered: 0,
    enteredAt: 0,
    retryCount: 0,
    retries: [],
    ...values,
  };
  state.frames.push(frame);
  return frame;
}

/** The earliest moment at which something of the execution is due. */
export function dueAt(state: ExecutionState): number | undefined {
  const times = state.frames.flatMap((frame) => dueOf(frame.wait)).concat(state.timeoutAt ?? []);
  return times.length > 0 ? Math.min(...times) : undefined;
}

function dueOf(wait: Wait | undefined): number[] {
  if (!wait || wait.for === 'children') return [];
  if (wait.for !== 'task') return [wait.at];
  return [wait.timeoutAt, wait.heartbeatAt].filter((at) => at !== undefined);
}

/** True when a restart has something to do again: steps not taken yet, or effects whose result was not recorded. */
export function inFlight(state: ExecutionState): boolean {
  return state.frames.some(({ wait }) => !wait || (wait.for === 'task' && wait.phase === 'running'));
}
