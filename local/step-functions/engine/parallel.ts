import type { ParallelState } from '../definition/asl.ts';
import { branchPath } from '../definition/program.ts';
import { evaluateTemplate } from '../language/template.ts';
import { type ChildrenWait, type Frame, newFrame } from './frame.ts';
import { exceedsPayload } from './history.ts';
import type { Run } from './run.ts';
import { tooLarge } from './state-error.ts';

export async function enterParallel(run: Run, frame: Frame, state: ParallelState): Promise<void> {
  const { Branches, Arguments } = state;
  const input =
    Arguments === undefined ? frame.input : await evaluateTemplate(Arguments, 'Arguments', run.scope(frame));
  if (Arguments !== undefined && exceedsPayload(input))
    throw tooLarge(`The Arguments of the state '${frame.state}' returned a result with`);
  const last = run.event(frame, 'ParallelStateStarted');
  const total = Branches.length;
  frame.wait = { for: 'children', total, started: total, running: total, outputs: {}, failed: [] };
  for (const [index, branch] of Branches.entries())
    newFrame(run.state, {
      parent: frame.id,
      path: branchPath(frame.path, frame.state, index),
      index,
      state: branch.StartAt,
      input,
      last,
    });
}

/** A branch has ended well. True when it was the last one. */
export function branchDone(run: Run, frame: Frame, wait: ChildrenWait, branch: Frame): boolean {
  if (wait.running > 0) return false;
  frame.last = branch.last;
  run.aside(frame, 'ParallelStateSucceeded');
  return true;
}
