import type { Exit, State } from '../definition/asl.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Scope } from '../language/expression.ts';
import { evaluateTemplate } from '../language/template.ts';
import { childDone } from './children.ts';
import type { Frame } from './frame.ts';
import { assignedDetails, exceedsPayload, outputDetails } from './history.ts';
import type { Run } from './run.ts';
import { tooLarge } from './state-error.ts';
import { withAssigned } from './variables.ts';

export interface Leaving extends Exit {
  scope: Scope;
  /** The output when the state has no Output of its own. */
  output: Json;
  /** Where Output and Assign stand, for messages: `Choices[0]/` or `Catch[1]/`. */
  prefix?: string;
}

/** Leaves the frame's state: evaluates Assign and Output on what was known before, then goes to `Next` or ends. */
export async function leave(run: Run, frame: Frame, state: State, leaving: Leaving): Promise<void> {
  const { Assign, Output, Next, scope, prefix = '' } = leaving;
  const output = Output === undefined ? leaving.output : await evaluateTemplate(Output, `${prefix}Output`, scope);
  const assigned = Assign && (await evaluateAssign(Assign, `${prefix}Assign`, scope));
  if (exceedsPayload(output)) throw tooLarge(`The state '${frame.state}' returned a result with`);
  const variables = assigned && withAssigned(run, frame, assigned);
  run.event(frame, `${state.Type}StateExited`, {
    stateExitedEventDetails: {
      name: frame.state,
      ...outputDetails(output),
      ...(assigned && assignedDetails(assigned)),
    },
  });
  if (variables) frame.variables = variables;
  if (Next === undefined) await finish(run, frame, output);
  else goTo(frame, Next, output);
}

/** The frame has run its last state. */
async function finish(run: Run, frame: Frame, output: Json): Promise<void> {
  const parent = run.frame(frame.parent);
  if (parent) await run.attempt(parent, () => childDone(run, parent, frame, output));
  else run.succeed(output, frame.last);
}

function goTo(frame: Frame, state: string, input: Json): void {
  Object.assign(frame, { state, input, before: frame.last, entered: 0, enteredAt: 0, retryCount: 0, retries: [] });
  delete frame.wait;
}

async function evaluateAssign(assign: JsonObject, field: string, scope: Scope): Promise<JsonObject> {
  const values: JsonObject = {};
  for (const [name, template] of Object.entries(assign))
    values[name] = await evaluateTemplate(template, `${field}/${name}`, scope);
  return values;
}
