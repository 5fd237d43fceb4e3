import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Database } from '../../../local/database.ts';
import { Fixture, type FixtureOptions } from './fixture.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'storygate-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const open = (options: FixtureOptions = {}) =>
  new Fixture({ ...options, database: new Database(join(folder, 'runtime.db')) });

const call = (name: string, more: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: name, Payload: {} },
  ...more,
});

const FIRST_AND_SECOND = {
  QueryLanguage: 'JSONata',
  StartAt: 'First',
  States: {
    First: call('first', { Assign: { kept: 1 }, Next: 'Second' }),
    Second: call('second', { Output: '{% $kept %}', End: true }),
  },
};

test('goes on at the step it was in, and does not run a finished step again', async () => {
  const calls: string[] = [];
  const name = (arn: string) => arn.split(':').at(-1) ?? '';
  const second = Promise.withResolvers<void>();
  const before = open({
    lambda: async (arn) => {
      calls.push(name(arn));
      if (name(arn) === 'first') return { payload: '{}', executedVersion: '1', statusCode: 200 };
      second.resolve();
      return new Promise(() => {}); // the process ends before this call returns
    },
  });
  const arn = await before.run(FIRST_AND_SECOND);
  await second.promise;
  await before.close();
  const after = open({
    lambda: async (arn) => {
      calls.push(`${name(arn)} again`);
      return { payload: '{}', executedVersion: '1', statusCode: 200 };
    },
  });
  after.stepFunctions.start();
  expect(await after.ended(arn)).toMatchObject({ status: 'SUCCEEDED', output: '1' });
  expect(calls).toEqual(['first', 'second', 'second again']);
  await after.close();
});

test('a waiting execution is answered by the token of the process before', async () => {
  const token = Promise.withResolvers<string>();
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Ask',
    States: {
      Ask: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Arguments: { FunctionName: 'f', Payload: '{% $states.context.Task.Token %}' },
        End: true,
      },
    },
  };
  const before = open({
    lambda: async (_arn, payload) => {
      token.resolve(String(payload));
      return { payload: '{}', executedVersion: '1', statusCode: 200 };
    },
  });
  const arn = await before.run(definition);
  await before.reached(arn, 'TaskSubmitted');
  await before.close();
  const after = open();
  after.stepFunctions.start();
  await after.call('SendTaskSuccess', { taskToken: await token.promise, output: '"yes"' });
  expect(await after.describe(arn)).toMatchObject({ status: 'SUCCEEDED', output: '"yes"' });
  await after.close();
});

test('what became due while nothing ran is done at the next start', async () => {
  const before = open();
  const arn = await before.run({
    QueryLanguage: 'JSONata',
    StartAt: 'W',
    States: { W: { Type: 'Wait', Seconds: 3600, End: true } },
  });
  await before.reached(arn, 'WaitStateEntered');
  await before.close();
  const after = open();
  after.clock.advance(3_600_000);
  after.stepFunctions.start();
  expect((await after.ended(arn))['status']).toBe('SUCCEEDED');
  await after.close();
});

test('an execution keeps to the definition that it was started with', async () => {
  const before = open();
  const wait = (output: string) => ({
    QueryLanguage: 'JSONata',
    StartAt: 'W',
    States: { W: { Type: 'Wait', Seconds: 60, Output: output, End: true } },
  });
  const arn = await before.run(wait('old'));
  await before.reached(arn, 'WaitStateEntered');
  const newer = await before.run(wait('new'));
  await before.close();
  const after = open();
  after.clock.advance(60_000);
  after.stepFunctions.start();
  expect((await after.ended(arn))['output']).toBe('"old"');
  expect((await after.ended(newer))['output']).toBe('"new"');
  await after.close();
});
