import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { MovableClock } from '../../../local/clock.ts';
import { Database } from '../../../local/database.ts';
import type { Iam } from '../../../local/iam/principal.ts';
import { Fixture, OPEN_IAM, ROLE } from './fixture.ts';

const machine = (states: Record<string, object>, more: object = {}) => ({
  QueryLanguage: 'JSONata',
  StartAt: Object.keys(states)[0],
  States: states,
  ...more,
});
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;
const CHILD = 'arn:aws:states:us-east-1:000000000000:stateMachine:child';
const PASS = machine({ P: { Type: 'Pass', Output: 'done', End: true } });

test('an execution ends after a year, whatever it still waits for', async () => {
  const fixture = new Fixture();
  const wait = (Next: string) => ({ Type: 'Wait', Seconds: 20_000_000, Next });
  const arn = await fixture.run(machine({ A: wait('B'), B: wait('C'), C: { Type: 'Succeed' } }));
  await fixture.reached(arn, 'WaitStateEntered');
  fixture.clock.advance(20_000_000_000);
  await fixture.reached(arn, 'WaitStateExited');
  fixture.clock.advance(YEAR_MS - 20_000_000_000);
  expect((await fixture.ended(arn))['status']).toBe('TIMED_OUT');
  await fixture.close();
});

test('an EXPRESS execution ends after five minutes', async () => {
  const fixture = new Fixture();
  const definition = JSON.stringify(machine({ W: { Type: 'Wait', Seconds: 400, End: true } }, { TimeoutSeconds: 900 }));
  const { arn } = fixture.stepFunctions.putStateMachine({ name: 'quick', definition, roleArn: ROLE, type: 'EXPRESS' });
  await fixture.call('StartExecution', { stateMachineArn: arn });
  const row = () =>
    fixture.database.get<{ status: string; stopped: number; started: number }>('SELECT * FROM sfn_executions');
  fixture.clock.advance(300_000);
  await fixture.until(async () => (row()?.status === 'TIMED_OUT' ? true : undefined));
  await fixture.close();
});

test('one event has one time, however often the clock is looked at', async () => {
  let now = Date.UTC(2026, 0, 1);
  const fixture = new Fixture({ clock: new MovableClock(() => ++now) }); // no two looks show the same
  const entered = { Type: 'Pass', Output: '{% $states.context.State.EnteredTime %}', Next: 'W' };
  const arn = await fixture.run(machine({ P: entered, W: { Type: 'Wait', Seconds: 0, End: true } }));
  const { startDate, stopDate, output } = await fixture.ended(arn);
  const events = await fixture.events(arn);
  const time = (type: string) => events.find((event) => event.type === type)?.['timestamp'];
  expect(time('ExecutionStarted')).toBe(startDate);
  expect(time('PassStateEntered')).toBe(Date.parse(JSON.parse(output)) / 1000);
  expect(time('ExecutionSucceeded')).toBe(stopDate);
  await fixture.close();
});

test('a redrive that meets the end of its execution runs it on, at whatever moment it comes', async () => {
  for (let turns = 0; turns < 60; turns += 5) {
    const fixture = new Fixture();
    const arn = await fixture.run(
      machine({ W: { Type: 'Wait', Seconds: 60, Next: 'F' }, F: { Type: 'Fail', Error: 'X' } }),
    );
    await fixture.reached(arn, 'WaitStateEntered');
    const stopped = fixture.call('StopExecution', { executionArn: arn });
    for (let turn = 0; turn < turns; turn++) await undefined;
    await fixture.call('RedriveExecution', { executionArn: arn });
    await stopped;
    await fixture.reached(arn, 'ExecutionRedriven');
    fixture.clock.advance(60_000);
    expect(await fixture.ended(arn)).toMatchObject({ status: 'FAILED', error: 'X', redriveCount: 1 });
    await fixture.close();
  }
});

const starting = (pattern: string, more: object = {}) =>
  machine({
    S: {
      Type: 'Task',
      Resource: `arn:aws:states:::states:startExecution${pattern}`,
      Arguments: { StateMachineArn: CHILD, ...more },
      Catch: [{ ErrorEquals: ['StepFunctions.ExecutionAlreadyExistsException'], Next: 'Taken' }],
      End: true,
    },
    Taken: { Type: 'Succeed', Output: '{% $states.input.Error %}' },
  });

test.each(['', '.sync', '.sync:2'])(
  'startExecution%s whose answer a crash has lost finds its own execution, even when that has ended',
  async (pattern) => {
    const folder = mkdtempSync(join(tmpdir(), 'storygate-'));
    const open = (iam = OPEN_IAM) => new Fixture({ iam, database: new Database(join(folder, 'runtime.db')) });
    let starts = false;
    const authorize: Iam['authorize'] = (_, [first]) => {
      starts ||= first?.action === 'states:StartExecution';
    };
    const before = open({ ...OPEN_IAM, authorize });
    before.stepFunctions.putStateMachine({
      name: 'child',
      definition: JSON.stringify(PASS),
      roleArn: ROLE,
      type: 'STANDARD',
    });
    const committed = before.database.committed.bind(before.database);
    before.database.committed = () => {
      if (!starts) return committed();
      starts = false; // the start is stored, and nobody ever hears of it
      return new Promise(() => {});
    };
    const parent = await before.run(starting(pattern), {}, 'parent');
    const child = await before.until(async () => {
      const { executions } = await before.call('ListExecutions', { stateMachineArn: CHILD });
      return executions[0]?.status === 'SUCCEEDED' ? executions[0].executionArn : undefined;
    });
    await before.close();
    const after = open();
    after.stepFunctions.start();
    const { status, output } = await after.ended(parent);
    expect({ status, child: JSON.parse(output).ExecutionArn }).toEqual({ status: 'SUCCEEDED', child });
    await after.close();
    rmSync(folder, { recursive: true });
  },
);

test('a Catch knows why an execution was not started', async () => {
  const fixture = new Fixture();
  await fixture.ended(await fixture.run(PASS, {}, 'child'));
  const { executionArn } = await fixture.call('StartExecution', { stateMachineArn: CHILD, name: 'taken', input: '[]' });
  await fixture.ended(executionArn);
  const arn = await fixture.run(starting('', { Name: 'taken' }));
  expect(await fixture.ended(arn)).toMatchObject({
    status: 'SUCCEEDED',
    output: '"StepFunctions.ExecutionAlreadyExistsException"',
  });
  await fixture.close();
});
