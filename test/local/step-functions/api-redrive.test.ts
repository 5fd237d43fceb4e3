import { expect, test } from '@jest/globals';
import { Fixture } from './fixture.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:machine';
const FAIL = { QueryLanguage: 'JSONata', StartAt: 'F', States: { F: { Type: 'Fail' } } };

/** An execution of `definition` that has failed. */
async function failed(definition: object = FAIL) {
  const fixture = new Fixture();
  const executionArn = await fixture.run(definition);
  await fixture.ended(executionArn);
  const redrive = (clientToken?: string) => fixture.call('RedriveExecution', { executionArn, clientToken });
  const describe = () => fixture.describe(executionArn);
  return { fixture, executionArn, redrive, describe };
}

test('an execution is redriven within 14 days of its end', async () => {
  const { fixture, redrive, describe } = await failed();
  fixture.clock.advance(14 * DAY_MS - 60_000);
  expect(await describe()).toMatchObject({ redriveStatus: 'REDRIVABLE' });
  fixture.clock.advance(2 * 60_000);
  const message = 'Execution redrivable period exceeded';
  expect(await describe()).toMatchObject({ redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: message });
  await expect(redrive()).rejects.toMatchObject({ code: 'ExecutionNotRedrivable', message });
  await fixture.close();
});

test('a history that is full takes no redrive', async () => {
  const loop = {
    P: { Type: 'Pass', Next: 'C' },
    C: { Type: 'Choice', Choices: [{ Condition: true, Next: 'P' }], Default: 'E' },
  };
  const { fixture, redrive, describe } = await failed({
    QueryLanguage: 'JSONata',
    StartAt: 'P',
    States: { ...loop, E: { Type: 'Succeed' } },
  });
  const message = 'Execution history event limit exceeded';
  expect(await describe()).toMatchObject({ redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: message });
  await expect(redrive()).rejects.toMatchObject({ code: 'ExecutionNotRedrivable', message });
  await fixture.close();
});

test('no execution of a deleted machine is redriven', async () => {
  const { fixture, redrive, describe } = await failed();
  await fixture.call('DeleteStateMachine', { stateMachineArn: MACHINE });
  const message = 'State machine is in DELETING status';
  expect(await describe()).toMatchObject({ redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: message });
  await expect(redrive()).rejects.toMatchObject({ code: 'ExecutionNotRedrivable', message });
  await fixture.close();
});

test('the same client token redrives once in 15 minutes', async () => {
  const { fixture, executionArn, redrive } = await failed();
  const redriven = async () => (await fixture.ended(executionArn))['redriveCount'];
  const first = await redrive('once');
  expect(await redriven()).toBe(1);
  fixture.clock.advance(14 * 60_000);
  expect(await redrive('once')).toEqual(first);
  expect(await redriven()).toBe(1);
  await redrive('another');
  expect(await redriven()).toBe(2);
  fixture.clock.advance(2 * 60_000);
  await redrive('once');
  expect(await redriven()).toBe(3);
  await fixture.close();
});

test.each(['two words', 'é', '', 'x'.repeat(65)])('the client token %j is refused', async (token) => {
  const { fixture, redrive } = await failed();
  await expect(redrive(token)).rejects.toMatchObject({
    code: 'ValidationException',
    message: expect.stringContaining("at 'clientToken' failed to satisfy constraint: Member must"),
  });
  await fixture.close();
});
