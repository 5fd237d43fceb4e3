import { expect, test } from '@jest/globals';
import { retryDelay } from '../../../local/step-functions/engine/retry.ts';
import { Fixture, throwing } from './fixture.ts';

const never = () => {
  throw new Error('no jitter was asked for');
};

test('backs off from one second by doubling unless told otherwise', () => {
  const retrier = { ErrorEquals: ['States.ALL'] };
  expect([0, 1, 2, 3].map((retries) => retryDelay(retrier, retries, never))).toEqual([1_000, 2_000, 4_000, 8_000]);
});

test('keeps below MaxDelaySeconds', () => {
  const retrier = { ErrorEquals: ['A'], IntervalSeconds: 3, BackoffRate: 1.5, MaxDelaySeconds: 5 };
  expect([0, 1, 2, 3].map((retries) => retryDelay(retrier, retries, never))).toEqual([3_000, 4_500, 5_000, 5_000]);
});

test('full jitter takes any share of the delay', () => {
  const retrier = { ErrorEquals: ['A'], IntervalSeconds: 4, JitterStrategy: 'FULL' as const };
  expect(retryDelay(retrier, 1, () => 0)).toBe(0);
  expect(retryDelay(retrier, 1, () => 0.25)).toBe(2_000);
  expect(retryDelay(retrier, 1, () => 0.999)).toBe(7_992);
});

const call = (state: object) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'Call',
  States: {
    Call: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'f', Payload: '{% $states.context.State.RetryCount %}' },
      End: true,
      ...state,
    },
  },
});

test('retries as often as allowed, with the arguments of each try, and then fails with the last error', async () => {
  const payloads: unknown[] = [];
  const failing = throwing('Flaky', 'no');
  const fixture = new Fixture({
    lambda: (arn, payload, ...rest) => {
      payloads.push(payload);
      return failing(arn, payload, ...rest);
    },
  });
  const arn = await fixture.run(call({ Retry: [{ ErrorEquals: ['Flaky'], IntervalSeconds: 60, MaxAttempts: 2 }] }));
  await fixture.until(async () => (payloads.length === 1 ? true : undefined));
  expect((await fixture.describe(arn))['status']).toBe('RUNNING');
  await fixture.reached(arn, 'TaskFailed');
  fixture.clock.advance(60_000);
  await fixture.until(async () => (payloads.length === 2 ? true : undefined));
  await fixture.until(async () =>
    (await fixture.types(arn)).filter((type) => type === 'TaskFailed').length === 2 ? true : undefined,
  );
  fixture.clock.advance(119_000);
  expect(payloads).toEqual([0, 1]);
  fixture.clock.advance(1_000);
  expect(await fixture.ended(arn)).toMatchObject({ status: 'FAILED', error: 'Flaky' });
  expect(payloads).toEqual([0, 1, 2]);
  await fixture.close();
});

test('each retrier counts for itself, and MaxAttempts 0 never retries', async () => {
  let calls = 0;
  const errors = ['A', 'B', 'C'];
  const fixture = new Fixture({ lambda: (...args) => throwing(errors[calls++] ?? 'late', 'no')(...args) });
  const retriers = [
    { ErrorEquals: ['A'], MaxAttempts: 1 },
    { ErrorEquals: ['C'], MaxAttempts: 0 },
    { ErrorEquals: ['States.ALL'], MaxAttempts: 1 },
  ];
  const arn = await fixture.run(call({ Retry: retriers }));
  await fixture.until(async () => {
    fixture.clock.advance(10_000);
    return (await fixture.describe(arn))['status'] === 'RUNNING' ? undefined : true;
  });
  expect(await fixture.describe(arn)).toMatchObject({ status: 'FAILED', error: 'C' });
  expect(calls).toBe(3);
  await fixture.close();
});

test('States.Runtime always fails the execution, even where a Retry or a Catch names it', async () => {
  const fixture = new Fixture();
  const named = { ErrorEquals: ['States.Runtime'] };
  const states = { Retry: [named], Catch: [{ ...named, Next: 'Call' }] };
  const arn = await fixture.run(call({ ...states, Arguments: '{% {} %}' }));
  expect(await fixture.ended(arn)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  await fixture.close();
});
