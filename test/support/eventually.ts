import { setImmediate } from 'node:timers/promises';

/**
 * Polls until `probe` returns something other than `undefined`, and returns that.
 * `between` runs after each vain try (for instance to move the clock). Fails after `deadlineMs` of real time, naming `what`.
 */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  options: { deadlineMs?: number; between?: () => Promise<void> } = {},
): Promise<T> {
  const deadline = performance.now() + (options.deadlineMs ?? 20_000);
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`${what}: not seen in time`);
    await (options.between ?? setImmediate)();
  }
}
