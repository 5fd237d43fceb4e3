import { expect, test } from '@jest/globals';
import { backoffSeconds, MAX_ATTEMPTS } from '../../../services/callback-relay/retry-schedule.ts';

const ALMOST_ONE = 1 - Number.EPSILON;

test.each([
  [1, 2],
  [2, 4],
  [9, 512],
  [10, 900],
  [100, 900],
])('attempt %i waits at most %i s', (attempt, longest) => {
  expect(backoffSeconds(attempt, ALMOST_ONE)).toBe(longest);
});

test('never less than a second, so that the message is hidden at all', () => {
  expect(backoffSeconds(1, 0)).toBe(1);
});

test('all waits together are the 22.8 h that the comment shows', () => {
  const waits = Array.from({ length: MAX_ATTEMPTS - 1 }, (_, i) => backoffSeconds(i + 1, ALMOST_ONE));
  expect(waits.reduce((sum, seconds) => sum + seconds)).toBe(82_022);
});
