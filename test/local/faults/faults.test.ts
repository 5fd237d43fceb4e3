import { describe, expect, test } from '@jest/globals';
import { MovableClock } from '../../../local/clock.ts';
import { type FaultPlan, faultPlan } from '../../../local/faults/fault.ts';
import { Faults } from '../../../local/faults/faults.ts';
import type { Principal } from '../../../local/iam/principal.ts';

const relay: Principal = { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/relay-role', sessionName: 'relay' };
const query = { service: 'dynamodb', action: 'Query', principal: relay, resources: ['arn:aws:dynamodb:::table/waits'] };
const done = async () => 'done';

const planned = (...faults: FaultPlan['faults']) => new Faults(new MovableClock(), { faults });

/** What comes of a call: its answer, or the code of its error. */
const outcome = (faults: Faults, call = query) =>
  faults.call(call, done).catch((error) => `${error.code} ${error.status}`);

describe('which calls are struck', () => {
  test.each([
    ['the service', { service: 'dynamodb' }, true],
    ['another service', { service: 's3' }, false],
    ['every service', { service: '*' }, true],
    ['an action by its beginning', { service: 'dynamodb', action: 'Q*' }, true],
    ['another action', { service: 'dynamodb', action: 'Scan' }, false],
    ['the role', { service: 'dynamodb', principal: '*/relay-role' }, true],
    ['another role', { service: 'dynamodb', principal: '*/ingest-role' }, false],
    ['the function', { service: 'dynamodb', function: 'relay' }, true],
    ['another function', { service: 'dynamodb', function: 'rela' }, false],
    ['the resource', { service: 'dynamodb', resource: '*table/waits' }, true],
    ['another resource', { service: 'dynamodb', resource: '*table/others' }, false],
  ])('%s', async (_, calls, struck) => {
    const faults = planned({ kind: 'throttle', ...calls });
    expect(await outcome(faults)).toBe(struck ? 'ProvisionedThroughputExceededException 400' : 'done');
  });

  test('only so many, after so many', async () => {
    const faults = planned({ kind: 'throttle', service: 'dynamodb', after: 1, count: 2 });
    const outcomes = [];
    for (let call = 0; call < 5; call++) outcomes.push(await outcome(faults));
    const throttled = 'ProvisionedThroughputExceededException 400';
    expect(outcomes).toEqual(['done', throttled, throttled, 'done', 'done']);
    expect(faults.report().faults).toMatchObject([{ turns: 5, strikes: 2 }]);
  });

  test('the same ones for the same seed, whatever another fault meets meanwhile', async () => {
    const plan: FaultPlan = {
      seed: 7,
      faults: [
        { kind: 'error', service: 'dynamodb', probability: 0.3 },
        { kind: 'error', service: 's3', probability: 0.5 },
      ],
    };
    const strikes = async (others: number) => {
      const faults = new Faults(new MovableClock(), plan);
      const outcomes: boolean[] = [];
      for (let call = 0; call < 200; call++) {
        for (let other = 0; other < others; other++) await outcome(faults, { ...query, service: 's3' });
        outcomes.push((await outcome(faults)) === 'done');
      }
      return outcomes;
    };
    const alone = await strikes(0);
    expect(await strikes(3)).toEqual(alone);
    const struck = alone.filter((passed) => !passed).length;
    expect(struck).toBeGreaterThan(40);
    expect(struck).toBeLessThan(80);
  });

  test('others for another seed', async () => {
    const strikes = async (seed: number) => {
      const faults = new Faults(new MovableClock(), {
        seed,
        faults: [{ kind: 'error', service: '*', probability: 0.5 }],
      });
      return Promise.all(Array.from({ length: 40 }, () => outcome(faults)));
    };
    expect(await strikes(1)).not.toEqual(await strikes(2));
  });
});

describe('what happens to them', () => {
  test.each([
    ['cloudformation', 'Throttling 400'],
    ['dynamodb', 'ProvisionedThroughputExceededException 400'],
    ['events', 'ThrottlingException 400'],
    ['execute-api', 'TooManyRequestsException 429'],
    ['lambda', 'TooManyRequestsException 429'],
    ['logs', 'ThrottlingException 400'],
    ['s3', 'SlowDown 503'],
    ['secretsmanager', 'ThrottlingException 400'],
    ['sns', 'Throttled 429'],
    ['sqs', 'RequestThrottled 400'],
    ['states', 'ThrottlingException 400'],
    ['sts', 'Throttling 400'],
  ])('%s throttles with its own error', async (service, expected) => {
    expect(await outcome(planned({ kind: 'throttle', service }), { ...query, service })).toBe(expected);
  });

  test('errors are the service’s own, or the one that is given', async () => {
    expect(await outcome(planned({ kind: 'error', service: 'dynamodb' }))).toBe('InternalServerError 500');
    const given = planned({ kind: 'error', service: '*', code: 'ServiceUnavailable', status: 503 });
    expect(await outcome(given)).toBe('ServiceUnavailable 503');
  });

  test('latency passes with the clock', async () => {
    const clock = new MovableClock();
    const faults = new Faults(clock, { faults: [{ kind: 'latency', service: '*', delayMs: 60_000 }] });
    const answer = faults.call(query, done);
    expect(await Promise.race([answer, new Promise((resolve) => setImmediate(resolve, 'waiting'))])).toBe('waiting');
    clock.advance(60_000);
    expect(await answer).toBe('done');
  });

  test('a timeout does nothing and answers nothing', async () => {
    const clock = new MovableClock();
    const faults = new Faults(clock, { faults: [{ kind: 'timeout', service: '*', afterMs: 3_000 }] });
    let ran = false;
    const answer = faults.call(query, async () => {
      ran = true;
    });
    clock.advance(3_000);
    await expect(answer).rejects.toMatchObject({ code: 'ConnectionLost' });
    expect(ran).toBe(false);
  });

  test('a lost answer does what it should', async () => {
    let runs = 0;
    const answer = planned({ kind: 'lost-response', service: '*' }).call(query, async () => ++runs);
    await expect(answer).rejects.toMatchObject({ code: 'ConnectionLost' });
    expect(runs).toBe(1);
  });

  test('several faults strike the same call one after the other', async () => {
    const faults = planned(
      { kind: 'latency', service: '*', delayMs: 0 },
      { kind: 'throttle', service: 's3', count: 1 },
      { kind: 'error', service: 's3', count: 1 },
    );
    const s3 = { ...query, service: 's3' };
    expect([await outcome(faults, s3), await outcome(faults, s3), await outcome(faults, s3)]).toEqual([
      'SlowDown 503',
      'InternalError 500',
      'done',
    ]);
  });

  test('crashes are for functions by name', () => {
    const faults = planned(
      { kind: 'crash', function: '*-relay', count: 1 },
      { kind: 'crash', function: 'x', when: 'after' },
    );
    expect([faults.crash('dev-relay'), faults.crash('dev-relay'), faults.crash('x')]).toEqual([
      'before',
      undefined,
      'after',
    ]);
  });

  test('deliveries are for queues and targets', () => {
    const faults = planned(
      { kind: 'duplicate', service: 'sqs', resource: '*:callbacks' },
      { kind: 'delay', service: 'events', delayMs: 20 },
      { kind: 'delay', service: 'events', resource: '*:a', delayMs: 5 },
    );
    expect(faults.duplicates('sqs', 'arn:aws:sqs:us-east-1:000000000000:callbacks')).toBe(true);
    expect(faults.duplicates('sqs', 'arn:aws:sqs:us-east-1:000000000000:others')).toBe(false);
    expect(faults.duplicates('events', 'arn:aws:sqs:us-east-1:000000000000:callbacks')).toBe(false);
    expect([faults.delay('events', 'x:a'), faults.delay('events', 'x:b'), faults.delay('sqs', 'x:a')]).toEqual([
      25, 20, 0,
    ]);
  });
});

describe('a plan', () => {
  test.each([
    ['an unknown kind', { faults: [{ kind: 'meteor', service: 's3' }] }],
    ['a misspelt member', { faults: [{ kind: 'throttle', service: 's3', propability: 1 }] }],
    ['a probability above 1', { faults: [{ kind: 'throttle', service: 's3', probability: 20 }] }],
    ['latency without a duration', { faults: [{ kind: 'latency', service: 's3' }] }],
    ['duplicates of what is not delivered', { faults: [{ kind: 'duplicate', service: 's3' }] }],
  ])('with %s is refused', (_, plan) => {
    expect(faultPlan.safeParse(plan).success).toBe(false);
  });

  test.each(['dynamo', 'S3', 'ec2', 'x*'])(
    'for the service %s, which is not served, is refused with those that are',
    (service) => {
      const { error } = faultPlan.safeParse({ faults: [{ kind: 'throttle', service }] });
      expect(error?.issues[0]?.message).toMatch(
        `${service} is not served by the local runtime; there are cloudformation, dynamodb, events, execute-api, lambda,`,
      );
    },
  );
});
