import { isExpress } from '../arns.ts';

/** How long executions may run: STANDARD ones 365 days, EXPRESS ones five minutes. */
export const YEAR_SECONDS = 31_536_000;
const EXPRESS_SECONDS = 300;

/**
 * When an execution is over, in epoch milliseconds, whatever it still waits for.
 *
 * @param from its start, or its last redrive: the machine's TimeoutSeconds count from there
 */
export function endOfLife(
  { TimeoutSeconds = Number.POSITIVE_INFINITY }: { TimeoutSeconds?: number },
  { arn, startedAt }: { arn: string; startedAt: number },
  from = startedAt,
): number {
  const longest = isExpress(arn) ? EXPRESS_SECONDS : YEAR_SECONDS;
  return Math.min(startedAt + longest * 1000, from + TimeoutSeconds * 1000);
}
