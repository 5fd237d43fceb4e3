import type { JsonPath } from '../../json-source.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { expressionIn } from '../language/expression.ts';
import { elements, type MachineNode, type StateNode } from './machine.ts';
import { type Problem, schemaProblem } from './problem.ts';

interface Range {
  smallest: number;
  largest: number;
}

const LARGEST = 99_999_999;

/** Source: developer guide, "Task", "Wait" and "Map" state; what the service answers to values beyond. */
const STATE: Readonly<Record<string, Range>> = {
  TimeoutSeconds: { smallest: 1, largest: LARGEST },
  HeartbeatSeconds: { smallest: 1, largest: LARGEST },
  Seconds: { smallest: 0, largest: LARGEST },
  MaxConcurrency: { smallest: 0, largest: Number.MAX_VALUE },
  ToleratedFailureCount: { smallest: 0, largest: Number.MAX_VALUE },
  ToleratedFailurePercentage: { smallest: 0, largest: 100 },
};

/** Source: developer guide, "Retrying after an error"; the service also takes an interval of 0. */
const RETRIER: Readonly<Record<string, Range>> = {
  IntervalSeconds: { smallest: 0, largest: LARGEST },
  MaxAttempts: { smallest: 0, largest: LARGEST },
  MaxDelaySeconds: { smallest: 1, largest: 31_622_400 },
  BackoffRate: { smallest: 1, largest: Number.MAX_VALUE },
};

/** RFC 3339 with an uppercase `T` and a zone, as Step Functions asks for. */
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Numbers and times out of range: time limits, waits, retries. Expressions are only known at run time. */
export function checkNumbers({ root, states }: MachineNode): Problem[] {
  return [
    ...range(root.node['TimeoutSeconds'], { smallest: 0, largest: LARGEST }, ['TimeoutSeconds']),
    ...states.flatMap(ofState),
  ];
}

function ofState({ node, path }: StateNode): Problem[] {
  return [
    ...ranges(node, STATE, path),
    ...timestamp(node['Timestamp'], [...path, 'Timestamp']),
    ...heartbeat(node['TimeoutSeconds'], node['HeartbeatSeconds'], [...path, 'HeartbeatSeconds']),
    ...elements(node['Retry']).flatMap(([index, retrier]) =>
      isObject(retrier) ? ranges(retrier, RETRIER, [...path, 'Retry', index]) : [],
    ),
  ];
}

function ranges(node: JsonObject, limits: Readonly<Record<string, Range>>, path: JsonPath): Problem[] {
  return Object.entries(limits).flatMap(([field, limit]) => range(node[field], limit, [...path, field]));
}

function range(value: Json | undefined, { smallest, largest }: Range, path: JsonPath): Problem[] {
  if (value === undefined || isOpen(value)) return [];
  if (typeof value !== 'number')
    return [schemaProblem('Expected value of type Integer', path, 'write a number or an expression')];
  if (value < smallest) return [schemaProblem(`Minimum value is ${smallest}`, path, `at least ${smallest}`)];
  return value > largest ? [schemaProblem(`Maximum value is ${largest}`, path, `at most ${largest}`)] : [];
}

function timestamp(value: Json | undefined, path: JsonPath): Problem[] {
  if (value === undefined || isOpen(value)) return [];
  if (typeof value === 'string' && TIMESTAMP.test(value)) return [];
  return [schemaProblem('String does not match RFC3339 timestamp', path, 'write it as 2030-01-31T12:00:00Z')];
}

function heartbeat(timeout: Json | undefined, beat: Json | undefined, path: JsonPath): Problem[] {
  if (typeof timeout !== 'number' || typeof beat !== 'number' || beat < timeout) return [];
  const message = "'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'";
  return [schemaProblem(message, path, `less than ${timeout}`)];
}

/** Not known before it runs or is deployed: an expression, or a placeholder alone, which is text only until it is filled. */
function isOpen(value: Json): boolean {
  return typeof value === 'string' && (expressionIn(value) !== undefined || /^\$\{[^}]*\}$/.test(value));
}
