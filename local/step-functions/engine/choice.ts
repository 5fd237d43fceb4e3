import type { ChoiceState } from '../definition/asl.ts';
import { evaluateTyped, isBoolean } from '../language/template.ts';
import type { Frame } from './frame.ts';
import type { Run } from './run.ts';
import { StateError } from './state-error.ts';
import { leave } from './transition.ts';

/** Follows the first rule that holds, with that rule's Assign and Output; else the default, with the state's own. */
export async function enterChoice(run: Run, frame: Frame, state: ChoiceState): Promise<void> {
  const scope = run.scope(frame);
  for (const [index, rule] of state.Choices.entries()) {
    const prefix = `Choices[${index}]/`;
    if (await evaluateTyped(rule.Condition, `${prefix}Condition`, scope, 'boolean', isBoolean))
      return leave(run, frame, state, { ...rule, scope, output: frame.input, prefix });
  }
  if (state.Default === undefined)
    throw new StateError(
      'States.Runtime',
      'Failed to transition out of the state. The state does not point to a next state.',
      { located: true },
    );
  const { Default: Next, Assign, Output } = state;
  const own = { Next, ...(Assign && { Assign }), ...(Output !== undefined && { Output }) };
  await leave(run, frame, state, { ...own, scope, output: frame.input });
}
