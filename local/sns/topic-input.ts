import { membersOf } from '../gateway/input.ts';

/** A map of texts, as SDKs give it or as the query protocol has it: a list of entries with `key` and `value`. */
export function entriesOf(map: unknown): Record<string, string> {
  const pairs = Array.isArray(map)
    ? map.map((entry) => membersOf(entry)).map(({ key, value }) => [key, value])
    : Object.entries(membersOf(map));
  return Object.fromEntries(pairs.map(([name, value]) => [String(name), String(value ?? '')]));
}
