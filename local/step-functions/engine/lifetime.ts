import { isExpress } from '../arns.ts';

/** How long executions may run: STANDARD ones 365 days, EXPRESS ones five minutes. */
export const YEAR_SECONDS = 31_536_000;
const EXPRESS_SECONDS = 300;

/** When an execution that begins (again) at `from` is over, in epoch milliseconds, whatever it still waits for. */
export function endOfLife(machine: { TimeoutSeconds?: number }, executionArn: string, from: number): number {
  const longest = isExpress(executionArn) ? EXPRESS_SECONDS : YEAR_SECONDS;
  return from + Math.min(machine.TimeoutSeconds ?? longest, longest) * 1000;
}
