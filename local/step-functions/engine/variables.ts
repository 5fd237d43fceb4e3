import type { JsonObject } from '../json.ts';
import type { Frame } from './frame.ts';
import { exceedsPayload } from './history.ts';
import type { Run } from './run.ts';
import { tooLarge } from './state-error.ts';

/** All variables of an execution together, in bytes of UTF-8: 10 MiB. One Assign may hold as much as a payload. */
const MAX_BYTES = 10 * 1_048_576;

/** Sizes in bytes; variables are replaced when they change, never changed. */
const sizes = new WeakMap<JsonObject, number>();

/** The frame's variables with those that its state assigns. Throws `StateError` when they are too large. */
export function withAssigned({ state }: Run, frame: Frame, assigned: JsonObject): JsonObject {
  if (exceedsPayload(assigned)) throw tooLarge(`The state '${frame.state}' assigns variables with`);
  const variables = { ...frame.variables, ...assigned };
  const others = state.frames.filter((other) => other !== frame).map((other) => sizeOf(other.variables));
  if (others.reduce((sum, size) => sum + size, sizeOf(variables)) > MAX_BYTES)
    throw tooLarge(`With what the state '${frame.state}' assigns, the execution's variables have`);
  return variables;
}

function sizeOf(variables: JsonObject): number {
  const size = sizes.get(variables) ?? Buffer.byteLength(JSON.stringify(variables));
  sizes.set(variables, size);
  return size;
}
