import { expect, test } from '@jest/globals';
import { type Answer, Fixture, ROLE } from './fixture.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:machine';
const definition = JSON.stringify({ StartAt: 'F', States: { F: { Type: 'Fail', Error: 'E', Cause: 'secret' } } });
const customerKey = { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: 'key', kmsDataKeyReusePeriodSeconds: 300 };

async function withMachine() {
  const fixture = new Fixture();
  const create = (members: object = {}) =>
    fixture.call('CreateStateMachine', { name: 'machine', definition, roleArn: ROLE, ...members });
  await create();
  return { fixture, create };
}

test('keys of customers are refused, those of AWS are what there is', async () => {
  const { fixture, create } = await withMachine();
  const refusal = {
    code: 'InvalidEncryptionConfiguration',
    message: 'The local runtime does not serve CUSTOMER_MANAGED_KMS_KEY for state machines; use AWS_OWNED_KEY',
  };
  const update = (encryptionConfiguration: object) =>
    fixture.call('UpdateStateMachine', { stateMachineArn: MACHINE, encryptionConfiguration });
  await expect(create({ name: 'other', encryptionConfiguration: customerKey })).rejects.toMatchObject(refusal);
  await expect(update(customerKey)).rejects.toMatchObject(refusal);
  await expect(update({ type: 'NONE' })).rejects.toMatchObject({ code: 'ValidationException' });
  await expect(update({})).rejects.toThrow("Value null at 'type'");
  expect(await update({ type: 'AWS_OWNED_KEY' })).toHaveProperty('updateDate');
  await fixture.close();
});

test('METADATA_ONLY leaves out what AWS encrypts', async () => {
  const { fixture } = await withMachine();
  const start = { stateMachineArn: MACHINE, input: '{"secret":1}' };
  const { executionArn } = await fixture.call('StartExecution', start);
  await fixture.ended(executionArn);
  const describe = (action: string, members: object): Promise<Answer> =>
    fixture.call(action, { ...members, includedData: 'METADATA_ONLY' });
  const execution = await describe('DescribeExecution', { executionArn });
  expect(execution).toMatchObject({ status: 'FAILED', inputDetails: { included: false } });
  const machine = await describe('DescribeStateMachine', { stateMachineArn: MACHINE });
  const then = await describe('DescribeStateMachineForExecution', { executionArn });
  expect([machine['definition'], then['definition']]).toEqual(['{}', '{}']);
  expect(JSON.stringify([execution, machine, then])).not.toContain('secret');
  const unknown = fixture.call('DescribeExecution', { executionArn, includedData: 'SOME' });
  await expect(unknown).rejects.toThrow('Member must satisfy enum value set: [ALL_DATA, METADATA_ONLY]');
  await fixture.close();
});

test('METADATA_ONLY leaves the output of a synchronous execution out', async () => {
  const { fixture, create } = await withMachine();
  const pass = JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } });
  const { stateMachineArn } = await create({ name: 'express', definition: pass, type: 'EXPRESS' });
  const start = { stateMachineArn, input: '{"secret":1}', includedData: 'METADATA_ONLY' };
  const answer = await fixture.call('StartSyncExecution', start);
  expect(answer).toMatchObject({ status: 'SUCCEEDED', outputDetails: { included: false } });
  expect(JSON.stringify(answer)).not.toContain('secret');
  expect(answer).not.toHaveProperty('redriveStatus');
  await fixture.close();
});

test.each([
  { stateMachineArn: MACHINE, redriveFilter: 'REDRIVEN' },
  { stateMachineArn: MACHINE, redriveFilter: 'ALL' },
  { stateMachineArn: MACHINE, statusFilter: 'PENDING_REDRIVE' },
  { stateMachineArn: MACHINE, mapRunArn: `${MACHINE}/Label:run` },
  {},
])('executions are not listed by %j', async (members) => {
  const { fixture } = await withMachine();
  await expect(fixture.call('ListExecutions', members)).rejects.toMatchObject({ code: 'ValidationException' });
  await fixture.close();
});

test('what a filter may be is listed', async () => {
  const { fixture } = await withMachine();
  const list = fixture.call('ListExecutions', { stateMachineArn: MACHINE, redriveFilter: 'ALL' });
  await expect(list).rejects.toThrow('Member must satisfy enum value set: [REDRIVEN, NOT_REDRIVEN]');
  await fixture.close();
});

test('there are no map runs', async () => {
  const { fixture } = await withMachine();
  const mapRunArn = 'arn:aws:states:us-east-1:000000000000:mapRun:machine/Label:run';
  const list = fixture.call('ListExecutions', { mapRunArn, statusFilter: 'PENDING_REDRIVE' });
  await expect(list).rejects.toMatchObject({ code: 'ResourceNotFound' });
  await fixture.close();
});
