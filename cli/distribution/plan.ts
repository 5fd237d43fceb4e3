import { Destinations, destinationsOf } from '../../services/file-distribution/destinations.ts';
import { parseInput } from '../../services/shared/parse.ts';
import { CliError } from '../errors.ts';
import type { Stack } from '../stack.ts';

/** Where a file goes: by its upload alone, and by a start of its own. */
export interface DistributionPlan {
  /** What the configuration does with an upload of this key. Empty: the upload starts nothing. */
  byUpload: string[];
  /** What is wanted beyond that. */
  further: string[];
  /** What the upload does though it was not wanted. */
  unasked: string[];
}

/**
 * What an upload of a key has to be followed by.
 *
 * @param to buckets by full or base name; without it those that the configuration has for the key
 * @throws CliError when that is none
 */
export function planUpload(stack: Stack, key: string, to: readonly string[] | undefined): DistributionPlan {
  if (key.endsWith('/')) throw new CliError(`${key} is a folder and starts nothing; --key names the file in it`);
  const byUpload = configuredFor(stack, key);
  const wanted = wantedFor(stack, key, to);
  return {
    byUpload,
    further: wanted.filter((name) => !byUpload.includes(name)),
    unasked: byUpload.filter((name) => !wanted.includes(name)),
  };
}

/** The buckets that a key is wanted in. @throws CliError when they are none */
export function wantedFor(stack: Stack, key: string, to: readonly string[] | undefined): string[] {
  if (to) return to.map((name) => fullName(name, stack.output('DestinationBucketNames').split(',')));
  const configured = configuredFor(stack, key);
  if (configured.length > 0) return configured;
  throw new CliError(`no destinations are configured for ${key}; name them with --to`);
}

function configuredFor(stack: Stack, key: string): string[] {
  const output = JSON.parse(stack.output('DestinationsByPrefix'));
  return destinationsOf(key, parseInput(Destinations, output, `the output DestinationsByPrefix of ${stack.name}`));
}

/** Buckets of the stack carry account and region; people may leave those out. */
function fullName(name: string, known: readonly string[]): string {
  const madeOf = (bucket: string) =>
    bucket.startsWith(`${name}-`) && /^\d{12}-[a-z0-9-]+$/.test(bucket.slice(name.length + 1));
  return known.find((bucket) => bucket === name || madeOf(bucket)) ?? name;
}
