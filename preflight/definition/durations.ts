import type { JsonPath } from '../json-source.ts';
import { elements, isObject, type Machine, type StateNode } from './machine.ts';
import type { Problem } from './problem.ts';

/** One year, the longest that an execution and so a state may take. */
const LONGEST_SECONDS = 365 * 24 * 60 * 60;
/** RFC 3339 with an uppercase `T` and a zone, as Step Functions asks for. */
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

interface Range {
  smallest: number;
  largest: number;
}

const SECONDS: Range = { smallest: 1, largest: LONGEST_SECONDS };
/** Source: developer guide, "Retrying after an error". */
const RETRIER: Readonly<Record<string, Range>> = {
  IntervalSeconds: { smallest: 1, largest: 99_999_999 },
  MaxAttempts: { smallest: 0, largest: 99_999_999 },
  MaxDelaySeconds: { smallest: 1, largest: 31_622_400 },
  BackoffRate: { smallest: 1, largest: Number.MAX_VALUE },
};

/** Numbers out of range: time limits, waits, retries. Expressions are only known at run time. */
export function checkDurations(machine: Machine): Problem[] {
  return [
    ...range(machine.root.node['TimeoutSeconds'], SECONDS, ['TimeoutSeconds']),
    ...machine.states.flatMap(ofState),
  ];
}

function ofState({ node, path }: StateNode): Problem[] {
  return [
    ...['TimeoutSeconds', 'HeartbeatSeconds'].flatMap((field) => range(node[field], SECONDS, [...path, field])),
    ...range(node['Seconds'], { smallest: 0, largest: LONGEST_SECONDS }, [...path, 'Seconds']),
    ...timestamp(node['Timestamp'], [...path, 'Timestamp']),
    ...heartbeat(node['TimeoutSeconds'], node['HeartbeatSeconds'], [...path, 'HeartbeatSeconds']),
    ...elements(node['Retry']).flatMap(([index, retrier]) =>
      Object.entries(RETRIER).flatMap(([field, limits]) =>
        range(isObject(retrier) ? retrier[field] : undefined, limits, [...path, 'Retry', index, field]),
      ),
    ),
  ];
}

function range(value: unknown, { smallest, largest }: Range, path: JsonPath): Problem[] {
  if (value === undefined || isExpression(value)) return [];
  if (typeof value !== 'number') return [schema('Value should be a number', path, 'write a number or an expression')];
  if (value < smallest) return [schema(`Minimum value is ${smallest}`, path, `at least ${smallest}`)];
  return value > largest ? [schema(`Maximum value is ${largest}`, path, `at most ${largest}`)] : [];
}

function timestamp(value: unknown, path: JsonPath): Problem[] {
  if (value === undefined || isExpression(value)) return [];
  if (typeof value === 'string' && TIMESTAMP.test(value)) return [];
  return [schema('String does not match RFC3339 timestamp', path, 'write it as 2030-01-31T12:00:00Z')];
}

function heartbeat(timeout: unknown, beat: unknown, path: JsonPath): Problem[] {
  if (typeof timeout !== 'number' || typeof beat !== 'number' || beat < timeout) return [];
  return [schema("'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'", path, `less than ${timeout}`)];
}

/** A placeholder alone is text only until it is filled. */
function isExpression(value: unknown): boolean {
  return typeof value === 'string' && (/^\{%[\s\S]*%\}$/.test(value) || /^\$\{[^}]*\}$/.test(value));
}

function schema(message: string, path: JsonPath, fix: string): Problem {
  return { rule: 'schema-validation-failed', message, path, fix };
}
