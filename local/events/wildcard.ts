import { PatternFault } from './pattern-fault.ts';

/** A `*` that stands for any text. */
export const ANY = Symbol('any text');

/** Compiles a wildcard: `*` stands for any text, `\*` and `\\` for themselves. Faults count from the opening quote. */
export function compileWildcard(pattern: string): (value: string) => boolean {
  const parts = wildcardParts(pattern);
  return (value) => matchParts(parts, value);
}

export type Part = string | typeof ANY;

/** The characters of a wildcard, escapes resolved. */
export function wildcardParts(pattern: string): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === '*') {
      if (pattern[at + 1] === '*')
        throw new PatternFault(`Consecutive wildcard characters at pos ${positionOf(pattern, at)}`);
      parts.push(ANY);
    } else if (character === '\\') {
      const escaped = pattern[++at];
      if (escaped !== '*' && escaped !== '\\')
        throw new PatternFault(`Invalid escape character at pos ${positionOf(pattern, at - 1)}`);
      parts.push(escaped);
    } else parts.push(character);
  }
  return parts;
}

/** The engine counts bytes, and the opening quote as one. */
function positionOf(pattern: string, at: number): number {
  return Buffer.byteLength(pattern.slice(0, at)) + 1;
}

/** Greedy with one point to return to: linear in practice, never exponential. */
function matchParts(parts: readonly Part[], value: string): boolean {
  let at = 0;
  let part = 0;
  let star: { part: number; at: number } | undefined;
  while (at < value.length) {
    if (parts[part] === ANY) star = { part: ++part, at };
    else if (part < parts.length && parts[part] === value[at]) {
      part++;
      at++;
    } else if (star) {
      part = star.part;
      at = ++star.at;
    } else return false;
  }
  return parts.slice(part).every((rest) => rest === ANY);
}
