/**
 * Runs `work` over the items, at most `limit` at a time, and returns the results in the items' order. After the first failure no
 * further item is begun and those under way are aborted; the failure is thrown once all of them have ended.
 *
 * @param work gets the item, its index, and a signal that ends with `signal` or with the first failure
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  limit: number,
  signal: AbortSignal,
  work: (item: Item, index: number, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) {
      either.throwIfAborted();
      results[index] = await work(item, index, either);
    }
  };
  const workers = Array.from({ length: Math.min(limit, items.length) }, () =>
    worker().catch((error: unknown) => failure.abort(error)),
  );
  await Promise.all(workers);
  either.throwIfAborted();
  return results;
}
