import { describe, expect, test } from '@jest/globals';
import { patient } from '../../../services/callback-relay/patience.ts';
import { relayCallback } from '../../../services/callback-relay/relay-callback.ts';
import { storeWait } from '../../../services/callback-relay/store-wait.ts';
import { callback, Situation, waitRequest } from './situation.ts';

const named = (name: string) => Object.assign(new Error('Rate exceeded'), { name });

/** Time that passes only while someone pauses; chance is always the greatest. */
function patienceUntil(until: number) {
  const pauses: number[] = [];
  let time = 0;
  const pause = async (milliseconds: number) => {
    pauses.push(milliseconds);
    time += milliseconds;
  };
  return { pauses, patience: () => ({ until, now: () => time, random: () => 1, pause }) };
}

/** A service that fails so often before it answers. */
function failing(times: number, error: Error) {
  const service = {
    calls: 0,
    async answer() {
      service.calls += 1;
      if (service.calls <= times) throw error;
      return 'done';
    },
  };
  return service;
}

describe('a throttled call', () => {
  test('waits longer and longer, and answers in the end', async () => {
    const { pauses, patience } = patienceUntil(60_000);
    const service = failing(7, named('ThrottlingException'));
    expect(await patient(service, patience).answer()).toBe('done');
    expect(pauses).toEqual([200, 400, 800, 1_600, 3_200, 4_000, 4_000]);
  });

  test('is given up while there is still time to say so', async () => {
    const { pauses, patience } = patienceUntil(1_000);
    const service = failing(99, named('ProvisionedThroughputExceededException'));
    await expect(patient(service, patience).answer()).rejects.toMatchObject({ message: 'Rate exceeded' });
    expect(pauses).toEqual([200, 400]);
  });
});

test.each(['AccessDeniedException', 'InternalServerError', 'UndecidedError'])('%s is not waited for', async (name) => {
  const { pauses, patience } = patienceUntil(60_000);
  await expect(patient(failing(1, named(name)), patience).answer()).rejects.toMatchObject({ name });
  expect(pauses).toEqual([]);
});

test('throttling of everything behind it costs a callback time, and no receive', async () => {
  const situation = new Situation();
  await storeWait(waitRequest('run-1', 0), situation, { graceSeconds: 0 });
  const { pauses, patience } = patienceUntil(60_000);
  let calls = 0;
  const everySecond = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (object, name, receiver) => {
        const method: unknown = Reflect.get(object, name, receiver);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          calls += 1;
          if (calls % 2 === 1) throw named('ThrottlingException');
          return Reflect.apply(method, object, args);
        };
      },
    });
  const services = {
    table: patient(everySecond(situation.table), patience),
    tasks: patient(everySecond(situation.tasks), patience),
    now: situation.now,
  };
  expect(await relayCallback(callback('c-1', 5), services)).toMatchObject({ disposition: 'RELAYED' });
  expect(situation.tasks.sends).toBe(1);
  expect(pauses).toHaveLength(5); // record, read, claim, send, finish
});
