import { setImmediate, setTimeout } from 'node:timers/promises';
import { onAws } from './test-target.ts';

/** How long something may take that has no time of its own. In AWS functions start cold, and several of them follow each other. */
const DEADLINE_MS = onAws ? 180_000 : 20_000;

/** Between two looks. AWS counts every look: GetExecutionHistory allows 20 a second in most regions. */
export const pause = (): Promise<void> => (onAws ? setTimeout(1_000) : setImmediate());

/**
 * Polls until `probe` returns something other than `undefined`, and returns that.
 * `between` runs after each vain try (for instance to move the clock). Fails after `deadlineMs` of real time, naming `what`.
 */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  options: { deadlineMs?: number; between?: () => Promise<void> } = {},
): Promise<T> {
  const deadline = performance.now() + (options.deadlineMs ?? DEADLINE_MS);
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`${what}: not seen in time`);
    await (options.between ?? pause)();
  }
}
