import type { Frame, TaskResult, TaskWait } from './frame.ts';
import { endOfLife } from './lifetime.ts';
import type { Run } from './run.ts';
import { jobEnded, taskEnded, taskReturned, taskTimedOut } from './task.ts';
import { waited } from './wait.ts';

/** What can happen to an execution from outside. */
export type Signal =
  | { type: 'start' }
  /** The process has been started again: steps and effects that were under way are taken up. */
  | { type: 'resume' }
  /** Something is due. */
  | { type: 'tick' }
  /** The effect of a task has returned. */
  | { type: 'returned'; frameId: number; attempt: number; result: TaskResult }
  /** The job that a `.sync` task waits for has ended. */
  | { type: 'jobEnded'; frameId: number; attempt: number; result: TaskResult }
  | { type: 'answer'; frameId: number; token: string; result: TaskResult }
  | { type: 'heartbeat'; frameId: number; token: string }
  | { type: 'stop'; error?: string | undefined; cause?: string | undefined }
  | { type: 'redrive' };

/** Applies a signal. False when nothing waits for it (any more). */
export async function apply(run: Run, signal: Signal): Promise<boolean> {
  run.lookAtClock();
  switch (signal.type) {
    case 'start':
      run.started();
      return true;
    case 'resume':
      return resume(run);
    case 'tick':
      return tick(run);
    case 'returned':
      return onTask(
        run,
        find(run, signal, (wait) => wait.phase === 'running'),
        (frame, wait) => taskReturned(run, frame, wait, signal.result),
      );
    case 'jobEnded':
      return onTask(
        run,
        find(run, signal, () => true),
        (frame, wait) => jobEnded(run, frame, wait, signal.result),
      );
    case 'answer':
      return onTask(
        run,
        find(run, signal, () => true),
        (frame, wait) => taskEnded(run, frame, wait, signal.result),
      );
    case 'heartbeat':
      return onTask(
        run,
        find(run, signal, () => true),
        async (_frame, wait) => beat(run, wait),
      );
    case 'stop':
      run.end({ status: 'ABORTED', error: signal.error, cause: signal.cause }, lastOf(run));
      return true;
    case 'redrive':
      return redrive(run);
  }
}

type Waiting = { frame: Frame; wait: TaskWait } | undefined;

function find(
  run: Run,
  target: { frameId: number; attempt?: number; token?: string },
  accepts: (wait: TaskWait) => boolean,
): Waiting {
  const frame = run.frame(target.frameId);
  const wait = frame?.wait;
  if (!frame || wait?.for !== 'task' || !accepts(wait)) return undefined;
  const same = target.token === undefined ? wait.attempt === target.attempt : wait.token === target.token;
  return same ? { frame, wait } : undefined;
}

async function onTask(
  run: Run,
  waiting: Waiting,
  step: (frame: Frame, wait: TaskWait) => Promise<void>,
): Promise<boolean> {
  if (!waiting) return false;
  const { frame, wait } = waiting;
  await run.attempt(frame, () => step(frame, wait));
  return true;
}

function beat(run: Run, wait: TaskWait): void {
  if (wait.heartbeatMs !== undefined) wait.heartbeatAt = run.now + wait.heartbeatMs;
}

function resume(run: Run): boolean {
  if (run.state.lastEvent === 0) run.started(); // the process ended before the first step was stored
  for (const { id, wait } of run.state.frames)
    if (wait?.for === 'task' && wait.phase === 'running') run.effects.push({ frameId: id, attempt: wait.attempt });
  return true;
}

async function tick(run: Run): Promise<boolean> {
  if (run.state.timeoutAt !== undefined && run.state.timeoutAt <= run.now) {
    run.end({ status: 'TIMED_OUT' }, 0);
    return true;
  }
  for (const { id } of [...run.state.frames]) {
    const frame = run.frame(id);
    if (frame && !run.outcome) await due(run, frame);
  }
  return true;
}

async function due(run: Run, frame: Frame): Promise<void> {
  const { wait } = frame;
  if (!wait || wait.for === 'children') return;
  if (wait.for === 'task') {
    const error = lateness(wait, run.now);
    if (error) await run.attempt(frame, () => taskTimedOut(run, frame, wait, error));
    return;
  }
  if (wait.at > run.now) return;
  const state = run.stateOf(frame);
  if (wait.for === 'retry' || state.Type !== 'Wait') delete frame.wait;
  else await run.attempt(frame, () => waited(run, frame, state));
}

function lateness(wait: TaskWait, now: number): string | undefined {
  if (wait.timeoutAt !== undefined && wait.timeoutAt <= now) return 'States.Timeout';
  return wait.heartbeatAt !== undefined && wait.heartbeatAt <= now ? 'States.HeartbeatTimeout' : undefined;
}

/** Runs the states again in which the execution ended; what had succeeded stays as it is. */
function redrive(run: Run): boolean {
  run.redriven();
  const id = run.state.lastEvent;
  run.state.timeoutAt = endOfLife(run.program.machine, run.info, run.now);
  for (const frame of run.state.frames) {
    if (run.children(frame).length > 0) continue;
    Object.assign(frame, { last: id, retryCount: 0, retries: [] });
    delete frame.wait;
  }
  return true;
}

/** The newest event that a frame points back to. */
function lastOf(run: Run): number {
  return Math.max(0, ...run.state.frames.map(({ last }) => last));
}
