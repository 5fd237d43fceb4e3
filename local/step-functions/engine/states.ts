import type { State } from '../definition/asl.ts';
import { enterChoice } from './choice.ts';
import { enterFail, enterPass, enterSucceed } from './flow.ts';
import type { Frame } from './frame.ts';
import { enterMap } from './map.ts';
import { enterParallel } from './parallel.ts';
import { enteredDetails, type Run } from './run.ts';
import { enterTask } from './task.ts';
import { enterWait } from './wait.ts';

/** Enters the frame's state, or runs it again without entering it when it has been entered before (retry, redrive). */
export async function enterState(run: Run, frame: Frame, state: State): Promise<void> {
  if (frame.entered === 0) {
    frame.enteredAt = run.now;
    frame.entered = run.event(frame, `${state.Type}StateEntered`, enteredDetails(frame));
  }
  switch (state.Type) {
    case 'Pass':
      return enterPass(run, frame, state);
    case 'Task':
      return enterTask(run, frame, state);
    case 'Choice':
      return enterChoice(run, frame, state);
    case 'Wait':
      return enterWait(run, frame, state);
    case 'Succeed':
      return enterSucceed(run, frame, state);
    case 'Fail':
      return enterFail(run, frame, state);
    case 'Parallel':
      return enterParallel(run, frame, state);
    case 'Map':
      return enterMap(run, frame, state);
  }
}
