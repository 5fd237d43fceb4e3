import { AwsError } from '../gateway/aws-error.ts';
import { optionalNumber, optionalString, requiredString } from '../gateway/input.ts';
import type { LogStore } from './log-store.ts';

type Input = Readonly<Record<string, unknown>>;

/** The group that an input names, by name or ARN. */
export function groupOf(input: Input): string | undefined {
  const name = optionalString(input, 'logGroupName') ?? optionalString(input, 'logGroupIdentifier');
  return name?.startsWith('arn:') ? name.split(':')[6] : name;
}

/** The name of an existing group. Throws `AwsError` ResourceNotFoundException, InvalidParameterException. */
export function requireGroup(store: LogStore, input: Input): string {
  const name = groupOf(input);
  if (name === undefined) throw new AwsError('InvalidParameterException', 'The request names no log group.');
  if (store.hasGroup(name)) return name;
  throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
}

/** The name of an existing stream of the group. Throws `AwsError` ResourceNotFoundException. */
export function requireStream(store: LogStore, group: string, input: Input): string {
  const name = requiredString(input, 'logStreamName');
  if (store.hasStream(group, name)) return name;
  throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
}

/** A page of a list; tokens are positions in it. */
export function pageOf<Item>(items: readonly Item[], input: Input): { items: Item[]; nextToken: string | undefined } {
  const start = Number(optionalString(input, 'nextToken') ?? 0);
  const end = start + (optionalNumber(input, 'limit') ?? 50);
  return { items: items.slice(start, end), nextToken: end < items.length ? String(end) : undefined };
}
