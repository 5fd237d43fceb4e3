import { expect, test } from '@jest/globals';
import { Fixture, ROLE } from './fixture.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:machine';
const EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution:machine:e';
const first = { StartAt: 'F', States: { F: { Type: 'Fail', Cause: 'first' } } };
const second = { StartAt: 'F', States: { F: { Type: 'Fail', Cause: 'second' } } };

/** A machine with two versions, the second of which is current. */
async function withMachine() {
  const fixture = new Fixture();
  const definition = JSON.stringify(first);
  await fixture.call('CreateStateMachine', { name: 'machine', definition, roleArn: ROLE, publish: true });
  const update = { stateMachineArn: MACHINE, definition: JSON.stringify(second), publish: true };
  await fixture.call('UpdateStateMachine', update);
  return fixture;
}

test.each([
  'DescribeExecution',
  'GetExecutionHistory',
  'StopExecution',
  'RedriveExecution',
  'DescribeStateMachineForExecution',
])('%s takes the ARN of an execution', async (action) => {
  const fixture = await withMachine();
  const call = (executionArn: string) => fixture.call(action, { executionArn });
  const code = 'InvalidArn';
  await expect(call('foo')).rejects.toMatchObject({ code, message: "Invalid Arn: 'Invalid ARN prefix: foo'" });
  const message = "Invalid Arn: 'Resource type not valid in this context: stateMachine'";
  await expect(call(MACHINE)).rejects.toMatchObject({ code, message });
  await expect(call(EXECUTION)).rejects.toMatchObject({ code: 'ExecutionDoesNotExist' });
  await fixture.close();
});

test.each([
  ['TagResource', { tags: [{ key: 'k', value: 'v' }] }],
  ['UntagResource', { tagKeys: ['k'] }],
  ['ListTagsForResource', {}],
])('%s takes the ARN of a machine', async (action, members) => {
  const fixture = await withMachine();
  const call = (resourceArn: string) => fixture.call(action, { resourceArn, ...members });
  for (const arn of ['foo', EXECUTION]) await expect(call(arn)).rejects.toMatchObject({ code: 'InvalidArn' });
  await expect(call(`${MACHINE}2`)).rejects.toMatchObject({ code: 'ResourceNotFound' });
  await fixture.close();
});

test.each([
  MACHINE.replace('us-east-1', 'eu-west-1'),
  MACHINE.replace('000000000000', '111111111111'),
  MACHINE.replace('arn:aws:', 'arn:aws-cn:'),
])('%s is not the machine here', async (stateMachineArn) => {
  const fixture = await withMachine();
  const code = 'StateMachineDoesNotExist';
  for (const action of ['DescribeStateMachine', 'StartExecution', 'ListExecutions', 'ListStateMachineVersions'])
    await expect(fixture.call(action, { stateMachineArn })).rejects.toMatchObject({ code });
  await fixture.call('DeleteStateMachine', { stateMachineArn });
  expect(await fixture.call('DescribeStateMachine', { stateMachineArn: MACHINE })).toMatchObject({ name: 'machine' });
  await fixture.close();
});

test('the ARN of a Map state is refused', async () => {
  const fixture = await withMachine();
  const stateMachineArn = `${MACHINE}/Label`;
  for (const action of ['DescribeStateMachine', 'UpdateStateMachine', 'DeleteStateMachine', 'StartExecution'])
    await expect(fixture.call(action, { stateMachineArn })).rejects.toMatchObject({
      code: 'ValidationException',
      details: { reason: 'API_DOES_NOT_SUPPORT_LABELED_ARNS' },
    });
  await fixture.close();
});

test('only the machine itself is deleted, changed and published', async () => {
  const fixture = await withMachine();
  const stateMachineArn = `${MACHINE}:1`;
  for (const action of ['DeleteStateMachine', 'UpdateStateMachine', 'PublishStateMachineVersion'])
    await expect(fixture.call(action, { stateMachineArn, roleArn: ROLE })).rejects.toMatchObject({
      code: 'ValidationException',
    });
  for (const stateMachineVersionArn of [MACHINE, `${MACHINE}:live`])
    await expect(fixture.call('DeleteStateMachineVersion', { stateMachineVersionArn })).rejects.toMatchObject({
      code: 'ValidationException',
    });
  await fixture.close();
});

test('an alias is described as the version that it leads to most', async () => {
  const fixture = await withMachine();
  const route = (version: number, weight: number) => ({ stateMachineVersionArn: `${MACHINE}:${version}`, weight });
  const stateMachineAliasArn = `${MACHINE}:live`;
  const described = async () => {
    const { definition, stateMachineArn } = await fixture.call('DescribeStateMachine', {
      stateMachineArn: stateMachineAliasArn,
    });
    expect(stateMachineArn).toBe(stateMachineAliasArn);
    return JSON.parse(definition);
  };
  const create = { name: 'live', routingConfiguration: [route(1, 50), route(2, 50)] };
  await fixture.call('CreateStateMachineAlias', create);
  for (let time = 0; time < 10; time++) expect(await described()).toEqual(first);
  const routingConfiguration = [route(1, 40), route(2, 60)];
  await fixture.call('UpdateStateMachineAlias', { stateMachineAliasArn, routingConfiguration });
  for (let time = 0; time < 10; time++) expect(await described()).toEqual(second);
  await fixture.close();
});
