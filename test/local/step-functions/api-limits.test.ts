import { expect, test } from '@jest/globals';
import { Fixture, ROLE } from './fixture.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:machine';
const WAIT = { QueryLanguage: 'JSONata', StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } };
const definition = JSON.stringify(WAIT);

test.each([
  ['StopExecution', { error: 'e'.repeat(257) }, "Value at 'error'", 'length less than or equal to 256'],
  ['StopExecution', { cause: 'c'.repeat(32_769) }, "Value at 'cause'", 'length less than or equal to 32768'],
  ['SendTaskFailure', { taskToken: 't'.repeat(2049) }, "tttt' at 'taskToken'", 'length less than or equal to 2048'],
  ['SendTaskFailure', { taskToken: '' }, "Value '' at 'taskToken'", 'length greater than or equal to 1'],
  ['StartExecution', { traceHeader: 'x'.repeat(257) }, "at 'traceHeader'", 'length less than or equal to 256'],
  ['StartExecution', { traceHeader: 'é' }, "at 'traceHeader'", 'regular expression pattern: \\p{ASCII}*'],
  ['StartExecution', { name: 'n'.repeat(81) }, "at 'name'", 'length less than or equal to 80'],
  ['UpdateStateMachine', { roleArn: 'r'.repeat(257) }, "at 'roleArn'", 'length less than or equal to 256'],
  ['PublishStateMachineVersion', { description: 'd'.repeat(257) }, "Value at 'description'", 'equal to 256'],
  ['ValidateStateMachineDefinition', { definition: ' '.repeat(1_048_577) }, "Value at 'definition'", '1048576'],
  ['UpdateStateMachine', { definition: ' '.repeat(1_048_577) }, "Value at 'definition'", '1048576'],
  ['TagResource', { tags: [{ key: 'k'.repeat(129) }] }, "at 'tags.1.member.key'", 'length less than or equal to 128'],
  ['TagResource', { tags: [{ key: 'k', value: 'v'.repeat(257) }] }, "at 'tags.1.member.value'", 'equal to 256'],
  ['DescribeStateMachine', { stateMachineArn: `${MACHINE}${'x'.repeat(256)}` }, "at 'stateMachineArn'", 'equal to 256'],
])('%s refuses what is too long or too short: case %#', async (action, members, at, constraint) => {
  const fixture = new Fixture();
  const executionArn = await fixture.run(WAIT);
  const taskToken = 'token';
  const call = fixture.call(action, {
    stateMachineArn: MACHINE,
    resourceArn: MACHINE,
    executionArn,
    taskToken,
    ...members,
  });
  await expect(call).rejects.toMatchObject({ code: 'ValidationException', message: expect.stringContaining(at) });
  await expect(call).rejects.toThrow(`failed to satisfy constraint: Member must`);
  await expect(call).rejects.toThrow(constraint);
  await fixture.close();
});

test('texts that may be empty', async () => {
  const fixture = new Fixture();
  await fixture.run(WAIT);
  const start = await fixture.call('StartExecution', { stateMachineArn: MACHINE, name: 'n', traceHeader: '' });
  await fixture.call('StopExecution', { executionArn: start['executionArn'], error: '', cause: '' });
  expect(await fixture.describe(start['executionArn'])).toMatchObject({ status: 'ABORTED', error: '', cause: '' });
  const empty = await fixture.call('PublishStateMachineVersion', { stateMachineArn: MACHINE, description: '' });
  expect(empty['stateMachineVersionArn']).toBe(`${MACHINE}:1`);
  const refusal = { code: 'InvalidExecutionInput' };
  await expect(fixture.call('StartExecution', { stateMachineArn: MACHINE, input: '' })).rejects.toMatchObject(refusal);
  await fixture.close();
});

test.each(['a\ud83d\ude00', '\ufffe', '\uffff', 'a:b', 'a/b'])('the name %j is none', async (name) => {
  const fixture = new Fixture();
  const create = fixture.call('CreateStateMachine', { name, definition, roleArn: ROLE });
  await expect(create).rejects.toMatchObject({ code: 'InvalidName', message: `Invalid Name: '${name}'` });
  await fixture.close();
});
