import { AwsError } from './aws-error.ts';

type Input = Readonly<Record<string, unknown>>;

/** A string member of an input. Throws ValidationException naming the member. */
export function requiredString(input: Input, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(name, value, 'a non-empty string');
}

/** A string member that may be missing. Throws ValidationException when it is there and no string. */
export function optionalString(input: Input, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw invalid(name, value, 'a string');
}

/** A number member that may be missing; the query protocol's numerals count as numbers. */
export function optionalNumber(input: Input, name: string): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw invalid(name, value, 'a number');
}

/** The items of a list member, none when it is missing. */
export function listMember(input: Input, name: string): readonly unknown[] {
  const value = input[name];
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw invalid(name, value, 'a list');
}

/** An object with members, empty when the value is none. */
export function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** Whether `JSON.parse` takes a text. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function invalid(name: string, value: unknown, expected: string): AwsError {
  const shown = value === undefined ? 'missing' : JSON.stringify(value);
  return new AwsError('ValidationException', `The parameter "${name}" must be ${expected}; it is ${shown}.`);
}
