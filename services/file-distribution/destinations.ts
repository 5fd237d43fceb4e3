import * as z from 'zod/mini';

const EXPECTATION = 'a JSON object of bucket names by key prefix, such as {"":["a-bucket"],"builds/eu/":["eu-bucket"]}';

/** Where uploads go, by the prefix of their key: `{"": ["a", "b"], "builds/eu/": ["c"]}`. */
export const Destinations = z.record(z.string(EXPECTATION), z.array(z.string(EXPECTATION), EXPECTATION), EXPECTATION);
export type Destinations = z.infer<typeof Destinations>;

/** The destination buckets of a key: those of its longest prefix. Empty when no prefix fits. */
export function destinationsOf(key: string, destinations: Destinations): string[] {
  const longestFirst = Object.entries(destinations).sort(([a], [b]) => b.length - a.length);
  return longestFirst.find(([prefix]) => key.startsWith(prefix))?.[1] ?? [];
}
