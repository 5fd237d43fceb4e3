import { z } from 'zod';

/** A whole number within bounds. */
export const wholeNumber = (lowest: number, highest: number) => {
  const expected = { error: `a whole number from ${lowest} to ${highest}` };
  return z.number(expected).int(expected).min(lowest, expected).max(highest, expected);
};

/** A text of a pattern. `expected` says of which, for the person who wrote another. */
export const text = (pattern: RegExp, expected: string) =>
  z.string({ error: expected }).regex(pattern, { error: expected });
