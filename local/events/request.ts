import { z } from 'zod';
import { AwsError } from '../gateway/aws-error.ts';

type Issue = z.core.$ZodIssue;

/** What AWS's JSON protocol calls the types of members. */
const TYPES: Readonly<Record<string, string>> = {
  array: 'a List',
  boolean: 'a Boolean',
  int: 'an Integer',
  number: 'a Double',
  object: 'a Structure',
  record: 'a Map',
  string: 'a String',
};

/**
 * Reads a request by its shape.
 *
 * @throws AwsError `SerializationException` for a member of another type, `ValidationException` in one line, in the words
 * of AWS, for a value that breaks a constraint
 */
export function readRequest<T>(shape: z.ZodType<T>, request: unknown): T {
  const { data, error } = shape.safeParse(request);
  if (!error) return data;
  throw refusal(error.issues, request);
}

/** Seconds since 1970 of a time that four digits of a year can tell. */
export const timestamp = z.number().refine((seconds) => seconds >= -62_167_219_200 && seconds < 253_402_300_800, {
  error: 'NUMBER_VALUE can not be converted to a Timestamp',
});

function refusal(issues: readonly Issue[], request: unknown): AwsError {
  for (const issue of issues) {
    if (issue.code === 'custom') return new AwsError('SerializationException', issue.message);
    const value = valueAt(request, issue.path);
    if (issue.code === 'invalid_type' && value !== undefined && value !== null)
      return new AwsError('SerializationException', conversion(value, issue.expected));
    if (issue.code === 'unrecognized_keys')
      return new AwsError(
        'ValidationException',
        `${issue.keys.map((key) => memberPath([...issue.path, key])).join(', ')}: not served by the local runtime.`,
      );
  }
  const errors = `${issues.length} validation error${issues.length === 1 ? '' : 's'} detected`;
  const faults = issues.map((issue) => {
    const place = `${shown(valueAt(request, issue.path))}at '${memberPath(issue.path)}'`;
    return `Value ${place} failed to satisfy constraint: ${constraint(issue)}`;
  });
  return new AwsError('ValidationException', `${errors}: ${faults.join('; ')}`);
}

function constraint(issue: Issue): string {
  switch (issue.code) {
    case 'too_small':
      return `Member must have ${measure(issue.origin)} greater than or equal to ${issue.minimum}`;
    case 'too_big':
      return `Member must have ${measure(issue.origin)} less than or equal to ${issue.maximum}`;
    case 'invalid_format':
      return `Member must satisfy regular expression pattern: ${issue.message}`;
    case 'invalid_value':
      return `Member must satisfy enum value set: [${issue.values.join(', ')}]`;
    case 'invalid_key':
      return `Map keys must satisfy constraint: [${issue.issues.map(constraint).join(', ')}]`;
    default:
      return 'Member must not be null';
  }
}

function measure(origin: string): 'value' | 'length' {
  return origin === 'number' || origin === 'int' ? 'value' : 'length';
}

function conversion(value: unknown, expected: string): string {
  if (Array.isArray(value)) return 'Start of list found where not expected';
  if (typeof value === 'object') return 'Start of structure or map found where not expected.';
  const token = typeof value === 'boolean' ? String(value) : typeof value;
  return `${token.toUpperCase()}_VALUE can not be converted to ${TYPES[expected] ?? expected}`;
}

/** `Targets[0].Id` as AWS writes it: `targets.1.member.id`. */
function memberPath(path: readonly PropertyKey[]): string {
  return path.map((step) => (typeof step === 'number' ? `${step + 1}.member` : lowerFirst(String(step)))).join('.');
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** Lists and structures are not shown. */
function shown(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? `'${value}' ` : '';
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, step) => (typeof inside === 'object' && inside !== null ? Reflect.get(inside, step) : undefined),
    value,
  );
}
