import type { z } from 'zod';
import { AwsError } from './aws-error.ts';

type Input = Readonly<Record<string, unknown>>;
type Issue = z.core.$ZodIssue;

/**
 * What AWS's services say of an input that breaks their model, in one line whatever the number of faults:
 * `1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900`
 * @param hidden members, with all inside, whose values are not shown
 */
export function constraintMessage({ issues }: z.ZodError, input: Input, hidden: readonly string[] = []): string {
  const faults = issues.map((issue) => {
    const value = valueAt(input, issue.path);
    const shown = hidden.includes(String(issue.path[0])) ? '' : shownValue(value);
    const place = issue.code === 'invalid_key' ? issue.path.slice(0, -1) : issue.path; // the map, of which keys are part
    return `Value${shown} at '${nameOf(place)}' failed to satisfy constraint: ${constraintOf(issue, value === undefined || value === null)}`;
  });
  return `${faults.length} validation error${faults.length === 1 ? '' : 's'} detected: ${faults.join('; ')}`;
}

/**
 * The input as a schema reads it.
 * @throws AwsError with `code`, in the words of `constraintMessage`
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: Input, code: string): z.infer<Schema> {
  const { error, data } = schema.safeParse(input);
  if (error) throw new AwsError(code, constraintMessage(error, input));
  return data;
}

/**
 * Refuses members that an action knows on AWS and this runtime does nothing with. Null is as good as nothing.
 * @throws AwsError with `code`, naming the first of them
 */
export function refuseUnserved(input: Input, served: readonly string[], code: string): void {
  const other = Object.keys(input).find(
    (name) => !served.includes(name) && input[name] !== undefined && input[name] !== null,
  );
  if (other !== undefined) throw new AwsError(code, `${other} is not served by the local runtime.`);
}

function constraintOf(issue: Issue, isMissing = false): string {
  switch (issue.code) {
    case 'too_big':
      return `Member must have ${measureOf(issue.origin)} less than or equal to ${issue.maximum}`;
    case 'too_small':
      return `Member must have ${measureOf(issue.origin)} greater than or equal to ${issue.minimum}`;
    case 'invalid_format':
      return `Member must satisfy regular expression pattern: ${String(issue.pattern ?? '').replace(/^\/\^?|\$?\/$/g, '')}`;
    case 'invalid_value':
      return `Member must satisfy enum value set: [${issue.values.map(String).join(', ')}]`;
    case 'invalid_key':
      return `Map keys must satisfy constraint: [${issue.issues.map((inner) => constraintOf(inner)).join(', ')}]`;
    case 'invalid_type':
      return isMissing ? 'Member must not be null' : `Member must be of type ${issue.expected}`;
    default:
      return issue.message;
  }
}

const measureOf = (origin: string) => (origin === 'number' || origin === 'int' ? 'value' : 'length');

/** `Timeout` → `timeout`; of a list's entry `names.1.member`, counted from one. */
function nameOf(path: readonly PropertyKey[]): string {
  return path.map((part) => (typeof part === 'number' ? `${part + 1}.member` : lowerFirst(String(part)))).join('.');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => (value instanceof Object ? Reflect.get(value, part) : undefined), input);
}

function shownValue(value: unknown): string {
  if (value === undefined || value === null) return ' null';
  return ` '${typeof value === 'string' ? value : JSON.stringify(value)}'`;
}

const lowerFirst = (name: string) => `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
