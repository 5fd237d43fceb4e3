import { AwsError } from '../gateway/aws-error.ts';
import { optionalNumber, optionalString, requiredString } from '../gateway/input.ts';
import type { LogStore } from './log-store.ts';

type Input = Readonly<Record<string, unknown>>;

/** The group that an input names, by name or ARN. Throws `AwsError` InvalidParameterException when it does so twice. */
export function groupOf(input: Input): string | undefined {
  const [name, identifier] = [optionalString(input, 'logGroupName'), optionalString(input, 'logGroupIdentifier')];
  if (name !== undefined && identifier !== undefined)
    throw new AwsError('InvalidParameterException', 'Only one of logGroupName and logGroupIdentifier may be given.');
  const given = name ?? identifier ?? optionalString(input, 'resourceArn');
  return given === undefined ? undefined : groupName(given);
}

/** A group's name out of its name or ARN. */
export function groupName(identifier: string): string {
  return identifier.startsWith('arn:') ? (identifier.split(':')[6] ?? '') : identifier;
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

/** The most entries of one page, and as many as there are without a limit. */
const PAGE = 50;

/** A page of a list; tokens are positions in it. Throws `AwsError` InvalidParameterException. */
export function pageOf<Item>(items: readonly Item[], input: Input): { items: Item[]; nextToken: string | undefined } {
  const token = optionalString(input, 'nextToken') ?? '0';
  if (!/^\d+$/.test(token)) throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  const limit = optionalNumber(input, 'limit') ?? PAGE;
  if (limit < 1 || limit > PAGE)
    throw new AwsError(
      'InvalidParameterException',
      `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value ${limit < 1 ? 'greater than or equal to 1' : `less than or equal to ${PAGE}`}`,
    );
  const end = Number(token) + limit;
  return { items: items.slice(Number(token), end), nextToken: end < items.length ? String(end) : undefined };
}
