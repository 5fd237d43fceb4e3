import { z } from 'zod';
import { localArn } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { isJson } from '../gateway/input.ts';

/** A schedule as CreateSchedule takes it, as far as it is served: once, in UTC, calling a function. */
export const ScheduleInput = z.looseObject({
  GroupName: z.string().default('default'),
  Description: z.string().optional(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.literal('UTC').default('UTC'),
  FlexibleTimeWindow: z.looseObject({ Mode: z.literal('OFF') }),
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']).default('NONE'),
  State: z.literal('ENABLED').default('ENABLED'),
  Target: z.looseObject({
    Arn: z.string().regex(/^arn:aws:lambda:/, 'a function: no other target is served here'),
    RoleArn: z.string(),
    // AWS takes any text for some targets, but for a function well-formed JSON only.
    Input: z.string().refine(isJson, 'the input of a function is well-formed JSON').default('{}'),
  }),
});
export type ScheduleInput = z.infer<typeof ScheduleInput>;

/** Reads a request's body. @throws AwsError ValidationException naming the first member that is wrong */
export function parseSchedule(body: Buffer): ScheduleInput {
  const parsed = ScheduleInput.safeParse(jsonOf(body));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AwsError('ValidationException', `${issue?.path.join('.')}: ${issue?.message}`);
}

/** Epoch milliseconds of `at(yyyy-mm-ddThh:mm:ss)`. @throws AwsError ValidationException */
export function dueAt(expression: string): number {
  const time = Date.parse(`${/^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression)?.[1]}Z`);
  if (!Number.isNaN(time)) return time;
  throw new AwsError(
    'ValidationException',
    `Invalid Schedule Expression ${expression}. The local runtime serves schedules that run once: at(yyyy-mm-ddThh:mm:ss).`,
  );
}

export function scheduleArn(group: string, name: string): string {
  return localArn('scheduler', `schedule/${group}/${name}`);
}

export function notFound(name: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`, { status: 404 });
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString() || '{}');
  } catch (cause) {
    throw new AwsError('ValidationException', 'The body of the request is not JSON.', { cause });
  }
}
