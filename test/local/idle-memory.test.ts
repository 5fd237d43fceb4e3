import { setTimeout } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { expect, test } from '@jest/globals';
import { releaseMemoryWhenIdle } from '../../local/idle-memory.ts';
import { eventually } from '../support/eventually.ts';

const heapMB = () => getHeapStatistics().total_heap_size / 2 ** 20;

test('the heap that a busy time has left is given back when the process is idle, unseen by functions', async () => {
  const stop = releaseMemoryWhenIdle(50);
  const before = heapMB();
  let kept: unknown[] | undefined = Array.from({ length: 2_000_000 }, (_, n) => ({ n }));
  const full = heapMB();
  expect(full - before).toBeGreaterThan(40);
  kept = undefined;

  // Looking all the time would keep the process busy.
  await eventually('the heap given back', () => heapMB() < full - 30 || undefined, { between: () => setTimeout(20) });

  expect(kept).toBeUndefined();
  expect('gc' in globalThis).toBe(false);
  stop();
});
