import { z } from 'zod';
import { AwsError } from '../gateway/aws-error.ts';
import { parseInput } from '../gateway/constraint.ts';

const HOUR_MS = 3_600_000;
const UNIT_MS = { hour: HOUR_MS, day: 24 * HOUR_MS } as const;

const schema = z.object({
  RotationRules: z.strictObject({
    AutomaticallyAfterDays: z.coerce.number().int().min(1).max(1000).optional(),
    ScheduleExpression: z.string().optional(),
    /** How long a rotation may take to begin. Here it begins at once. */
    Duration: z.string().optional(),
  }),
});

/** `RotationRules` of an API call or a template. */
export interface RotationRules {
  /** As they were given, JSON. */
  json: string;
  /** Milliseconds from one rotation to the next; undefined for secrets that are rotated by hand. */
  every: number | undefined;
}

/**
 * Reads rotation rules; none mean that nothing happens by itself.
 * @throws AwsError `ValidationException` for what breaks the API's model, `InvalidParameterException` for what else AWS
 *   refuses and for `cron(…)`, which is not served here
 */
export function rotationRules(rules: unknown): RotationRules {
  const input = { RotationRules: rules ?? {} };
  const data = parseInput(schema, input, 'ValidationException');
  const { AutomaticallyAfterDays: days, ScheduleExpression: expression } = data.RotationRules;
  if (days !== undefined && expression !== undefined)
    throw invalid('You can specify either AutomaticallyAfterDays or ScheduleExpression, not both.');
  const every = expression === undefined ? days && days * UNIT_MS.day : intervalOf(expression);
  return { json: JSON.stringify(data.RotationRules), every };
}

function intervalOf(expression: string): number {
  const [, count, unit] = /^rate\((\d{1,4}) (hour|day)s?\)$/.exec(expression) ?? [];
  if (count === undefined || (unit !== 'hour' && unit !== 'day'))
    throw invalid(`The local runtime rotates by rate(<n> days) or rate(<n> hours), not by ${expression}.`);
  return Number(count) * UNIT_MS[unit];
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
