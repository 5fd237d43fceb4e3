import { z } from 'zod';
import { AwsError } from '../gateway/aws-error.ts';
import { parseInput, refuseUnserved } from '../gateway/constraint.ts';
import type { Principal } from '../iam/principal.ts';

/** What a session of a role is asked for; bounds and patterns are those of AWS's API model. */
const schema = z.object({
  RoleArn: z.string().min(20).max(2048),
  RoleSessionName: z
    .string()
    .min(2)
    .max(64)
    .regex(/^[\w+=,.@-]*$/),
  DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3600),
});

/** Without effect unless the role's trust policy asks for it, which no role of a stack can here. */
const HARMLESS = ['ExternalId'];

/** A session that is assumed with another session's key ends after an hour at the latest. */
const LONGEST_CHAINED_S = 3600;

export type SessionRequest = z.infer<typeof schema>;

/**
 * Reads what AssumeRole is asked. Whatever would narrow the session (policies, tags, MFA) is refused: without its effect the
 * session would have more rights than its caller wanted.
 * @throws AwsError ValidationError
 */
export function sessionRequest(input: Readonly<Record<string, unknown>>, caller: Principal): SessionRequest {
  refuseUnserved(input, [...Object.keys(schema.shape), ...HARMLESS], 'ValidationError');
  const request = parseInput(schema, input, 'ValidationError');
  if (caller.kind === 'role' && request.DurationSeconds > LONGEST_CHAINED_S)
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  return request;
}
