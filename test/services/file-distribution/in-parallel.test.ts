import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { inParallel } from '../../../services/file-distribution/in-parallel.ts';

const never = new AbortController().signal;

test('keeps the order and the limit', async () => {
  let running = 0;
  let most = 0;
  const results = await inParallel([3, 1, 2, 5, 4], 2, never, async (item, index) => {
    most = Math.max(most, ++running);
    for (let turn = 0; turn < item; turn++) await setImmediate();
    running--;
    return `${index}:${item}`;
  });
  expect(results).toEqual(['0:3', '1:1', '2:2', '3:5', '4:4']);
  expect(most).toBe(2);
});

test('after a failure begins nothing more, and ends what it began before it throws', async () => {
  const begun: number[] = [];
  let ended = false;
  const work = inParallel([0, 1, 2, 3], 2, never, async (item, _index, signal) => {
    begun.push(item);
    if (item === 1) throw new Error('broken');
    while (!signal.aborted) await setImmediate();
    ended = true;
  });
  await expect(work).rejects.toThrow('broken');
  expect(begun).toEqual([0, 1]);
  expect(ended).toBe(true);
});

test('ends with its signal', async () => {
  await expect(inParallel([1], 1, AbortSignal.abort(new Error('late')), async () => 1)).rejects.toThrow('late');
});

test('does nothing for nothing', async () => {
  expect(await inParallel([], 5, never, async () => 1)).toEqual([]);
});
