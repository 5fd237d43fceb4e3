import { expect, test } from '@jest/globals';
import { MovableClock } from '../../../local/clock.ts';
import { controlPlane } from '../../../local/control-plane.ts';
import { Faults } from '../../../local/faults/faults.ts';

const NOW = Date.UTC(2026, 0, 1);

function movedBy(advanceMs: number) {
  const clock = new MovableClock(() => NOW);
  const { handle } = controlPlane({ clock, stacks: () => [], faults: new Faults(clock) });
  const caller = { httpVersion: '1.1', remoteAddress: '127.0.0.1', localPort: 1, rawHeaders: [] };
  const move = async (by: number) => {
    const body = Buffer.from(JSON.stringify({ advanceMs: by }));
    const answer = await handle({ ...caller, method: 'POST', url: '/_storygate/clock', body });
    return { status: answer.status, body: JSON.parse(String(answer.body)) };
  };
  return { move, first: move(advanceMs), clock };
}

test('the clock moves ahead', async () => {
  expect(await movedBy(86_400_000).first).toEqual({ status: 200, body: { now: '2026-01-02T00:00:00.000Z' } });
});

test.each([9_000_000_000_000_000, 8_640_000_000_000_000 - NOW])(
  'the clock does not move out of all dates, by %i',
  async (ms) => {
    const { first, move, clock } = movedBy(ms);
    expect(await first).toEqual({
      status: 400,
      body: { message: expect.stringMatching(/^the clock ends at \+2757\d\d-.*Z: it can move ahead by \d+ ms more$/) },
    });
    expect(clock.now()).toBe(NOW);
    expect(await move(1000)).toMatchObject({ status: 200 });
  },
);
