/** How many executions are remembered; older ones start at 1 again. */
const REMEMBERED = 1_000;

/**
 * Counts the calls of one API for one execution, which makes a flaky package recover. The count lives in the memory of
 * one function instance: enough for a mock, whose calls come one after another and mostly meet the same instance.
 */
export function attemptCounter(remembered = REMEMBERED): (key: string) => number {
  const counts = new Map<string, number>();
  return (key) => {
    const count = (counts.get(key) ?? 0) + 1;
    counts.delete(key);
    counts.set(key, count);
    const [oldest] = counts.keys();
    if (counts.size > remembered && oldest !== undefined) counts.delete(oldest);
    return count;
  };
}
