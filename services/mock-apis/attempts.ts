/** How many executions are remembered; older ones start at 1 again. */
const REMEMBERED = 1_000;

/**
 * Counts the calls of one API for one execution, which makes a flaky package recover. The count lives in the memory of
 * one environment of the function, so each environment counts for itself.
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
