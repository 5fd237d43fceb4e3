import * as z from 'zod/mini';
import { parseInput } from './parse.ts';

/** A variable that must be there and not empty. */
export function required(what: string) {
  return z.string(what).check(z.minLength(1, what));
}

/** A whole number of seconds, zero or more. */
export function seconds(what: string) {
  return wholeNumber(`${what}: a whole number of seconds, 0 or more`);
}

/** A whole number of bytes, zero or more. */
export function bytes(what: string) {
  return wholeNumber(`${what}: a whole number of bytes, 0 or more`);
}

/** A whole number of percent, 1 to 99. */
export function percent(what: string) {
  return wholeNumber(`${what}: a whole number of percent, 1 to 99`, /^[1-9]\d?$/);
}

function wholeNumber(expectation: string, pattern = /^\d{1,15}$/) {
  return z.pipe(z.string(expectation).check(z.regex(pattern, expectation)), z.transform(Number));
}

/** The function's environment, parsed once. Throws `InvalidInputError` naming each variable that is wrong. */
export function parseEnvironment<Schema extends z.ZodMiniType>(schema: Schema): z.output<Schema> {
  return parseInput(schema, process.env, 'environment of the function');
}
