import { setTimeout } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { expect, test } from '@jest/globals';
import { releaseMemoryWhenIdle } from '../../local/idle-memory.ts';
import { eventually } from '../support/eventually.ts';

const heapMB = () => getHeapStatistics().total_heap_size / 2 ** 20;

test('the heap that a busy time has left is given back when the process is idle, unseen by functions', async () => {
  const stop = releaseMemoryWhenIdle(50);
  const before = heapMB();
  const kept: object[] = [];
  // However much room other tests have left in the heap.
  while (heapMB() < before + 64) for (let n = 0; n < 100_000; n++) kept.push({ n });
  const full = heapMB();
  kept.length = 0;

  // Looking all the time would keep the process busy.
  await eventually('the heap given back', () => heapMB() < full - 30 || undefined, { between: () => setTimeout(20) });

  expect('gc' in globalThis).toBe(false);
  stop();
});
