import type { JsonPath } from '../../json-source.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { expressionIn } from '../language/expression.ts';
import { elements, type MachineNode, type StateNode } from './machine.ts';
import { type Problem, schemaProblem } from './problem.ts';

interface Range {
  smallest: number;
  largest: number;
  /** Takes fractions; the others are whole. */
  fractions?: boolean;
}

const LARGEST = 99_999_999;

/** Source: developer guide, "Task", "Wait" and "Map" state; what the service answers to values beyond. */
const STATE: Readonly<Record<string, Range>> = {
  TimeoutSeconds: { smallest: 1, largest: LARGEST },
  HeartbeatSeconds: { smallest: 1, largest: LARGEST },
  Seconds: { smallest: 0, largest: LARGEST },
  MaxConcurrency: { smallest: 0, largest: Number.MAX_VALUE },
  ToleratedFailureCount: { smallest: 0, largest: Number.MAX_VALUE },
  ToleratedFailurePercentage: { smallest: 0, largest: 100, fractions: true },
};

/** Source: developer guide, "Retrying after an error"; the service also takes an interval of 0. */
const RETRIER: Readonly<Record<string, Range>> = {
  IntervalSeconds: { smallest: 0, largest: LARGEST },
  MaxAttempts: { smallest: 0, largest: LARGEST },
  MaxDelaySeconds: { smallest: 1, largest: 31_622_400 },
  BackoffRate: { smallest: 1, largest: Number.MAX_VALUE, fractions: true },
};

/** RFC 3339 with an uppercase `T` and a zone, as Step Functions asks for. */
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** What may stand in a number's place: nothing is known of its value before it runs or is deployed. */
interface Open {
  expressions: boolean;
  placeholders: boolean;
}

/**
 * Numbers and times out of range: time limits, waits, retries. Expressions are only known at run time; retriers and the
 * machine's own time limit have none.
 * @param placeholders whether `${Name}` may still be filled, as before deployment
 */
export function checkNumbers({ root, states }: MachineNode, placeholders: boolean): Problem[] {
  const limit = { TimeoutSeconds: { smallest: 0, largest: LARGEST } };
  return [
    ...ranges(root.node, limit, [], { expressions: false, placeholders }),
    ...states.flatMap((state) => ofState(state, placeholders)),
  ];
}

function ofState({ node, path, language }: StateNode, placeholders: boolean): Problem[] {
  const open = { expressions: language === 'JSONata', placeholders };
  return [
    ...ranges(node, STATE, path, open),
    ...timestamp(node['Timestamp'], [...path, 'Timestamp'], open),
    ...heartbeat(node['TimeoutSeconds'], node['HeartbeatSeconds'], [...path, 'HeartbeatSeconds']),
    ...elements(node['Retry']).flatMap(([index, retrier]) =>
      isObject(retrier)
        ? ranges(retrier, RETRIER, [...path, 'Retry', index], { expressions: false, placeholders })
        : [],
    ),
  ];
}

function ranges(node: JsonObject, limits: Readonly<Record<string, Range>>, path: JsonPath, open: Open): Problem[] {
  return Object.entries(limits).flatMap(([field, limit]) => range(node[field], limit, [...path, field], open));
}

function range(value: Json | undefined, limit: Range, path: JsonPath, open: Open): Problem[] {
  if (value === undefined || isOpen(value, open)) return [];
  const { smallest, largest, fractions = false } = limit;
  if (typeof value !== 'number' || !(fractions || Number.isInteger(value))) return [noNumber(fractions, path, open)];
  if (value < smallest) return [schemaProblem(`Minimum value is ${smallest}`, path, `at least ${smallest}`)];
  return value > largest ? [schemaProblem(`Maximum value is ${largest}`, path, `at most ${largest}`)] : [];
}

function noNumber(fractions: boolean, path: JsonPath, { expressions }: Open): Problem {
  const fix = `write a ${fractions ? '' : 'whole '}number${expressions ? ' or an expression' : ''}`;
  return schemaProblem(`Expected value of type ${fractions ? 'Number' : 'Integer'}`, path, fix);
}

function timestamp(value: Json | undefined, path: JsonPath, open: Open): Problem[] {
  if (value === undefined || isOpen(value, open)) return [];
  if (typeof value === 'string' && TIMESTAMP.test(value)) return [];
  return [schemaProblem('String does not match RFC3339 timestamp', path, 'write it as 2030-01-31T12:00:00Z')];
}

function heartbeat(timeout: Json | undefined, beat: Json | undefined, path: JsonPath): Problem[] {
  if (typeof timeout !== 'number' || typeof beat !== 'number' || beat < timeout) return [];
  const message = "'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'";
  return [schemaProblem(message, path, `less than ${timeout}`)];
}

/** An expression, or a placeholder alone, which is text only until it is filled. */
function isOpen(value: Json, { expressions, placeholders }: Open): boolean {
  if (typeof value !== 'string') return false;
  return (expressions && expressionIn(value) !== undefined) || (placeholders && /^\$\{[^}]*\}$/.test(value));
}
