import { expect, test } from '@jest/globals';
import { Fixture, ROLE } from './fixture.ts';

const PASS = { QueryLanguage: 'JSONata', StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
const WAIT = { QueryLanguage: 'JSONata', StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } };
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:machine';

test('a name starts one execution: the same start again answers the running one, another input does not', async () => {
  const fixture = new Fixture();
  await fixture.run(WAIT);
  const start = (input: string) => fixture.call('StartExecution', { stateMachineArn: MACHINE, name: 'once', input });
  const first = await start('{"n":1}');
  expect(first['executionArn']).toBe('arn:aws:states:us-east-1:000000000000:execution:machine:once');
  expect(await start('{"n":1}')).toEqual(first);
  await expect(start('{"n":2}')).rejects.toMatchObject({
    code: 'ExecutionAlreadyExists',
    message: `Execution Already Exists: '${first['executionArn']}'`,
  });
  await fixture.call('StopExecution', { executionArn: first['executionArn'] });
  await expect(start('{"n":1}')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
  await fixture.close();
});

test('what cannot be started is named', async () => {
  const fixture = new Fixture();
  await fixture.run(PASS);
  const start = (more: object) => fixture.call('StartExecution', { stateMachineArn: MACHINE, ...more });
  await expect(start({ name: 'a b' })).rejects.toMatchObject({ code: 'InvalidName', message: "Invalid Name: 'a b'" });
  await expect(start({ input: '{' })).rejects.toMatchObject({ code: 'InvalidExecutionInput' });
  await expect(start({ stateMachineArn: `${MACHINE}2` })).rejects.toMatchObject({
    code: 'StateMachineDoesNotExist',
    message: `State Machine Does Not Exist: '${MACHINE}2'`,
  });
  await expect(start({ stateMachineArn: 'x' })).rejects.toMatchObject({ code: 'InvalidArn' });
  await expect(fixture.call('StartExecution')).rejects.toMatchObject({
    code: 'ValidationException',
    message:
      "1 validation error detected: Value null at 'stateMachineArn' failed to satisfy constraint: Member must not be null",
  });
  await fixture.close();
});

test('machines are listed by page, described, changed and deleted', async () => {
  const fixture = new Fixture();
  const definition = JSON.stringify(PASS);
  for (const name of ['c', 'a', 'b']) await fixture.call('CreateStateMachine', { name, definition, roleArn: ROLE });
  const first = await fixture.call('ListStateMachines', { maxResults: 2 });
  const second = await fixture.call('ListStateMachines', { maxResults: 2, nextToken: first['nextToken'] });
  const names = [first, second].map(({ stateMachines }) => stateMachines.map(({ name }: { name: string }) => name));
  expect(names).toEqual([['a', 'b'], ['c']]);
  expect(second['nextToken']).toBeUndefined();
  const stateMachineArn = first['stateMachines'][0].stateMachineArn;
  await fixture.call('UpdateStateMachine', { stateMachineArn, definition: JSON.stringify(WAIT) });
  expect(await fixture.call('DescribeStateMachine', { stateMachineArn })).toMatchObject({
    name: 'a',
    status: 'ACTIVE',
    type: 'STANDARD',
    roleArn: ROLE,
    definition: JSON.stringify(WAIT),
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
  });
  await expect(fixture.call('CreateStateMachine', { name: 'a', definition, roleArn: ROLE })).rejects.toMatchObject({
    code: 'StateMachineAlreadyExists',
  });
  await fixture.call('DeleteStateMachine', { stateMachineArn });
  await expect(fixture.call('DescribeStateMachine', { stateMachineArn })).rejects.toMatchObject({
    code: 'StateMachineDoesNotExist',
  });
  await fixture.close();
});

test('executions are listed newest first, by status and by page', async () => {
  const fixture = new Fixture();
  await fixture.run(WAIT);
  const start = async (name: string) => fixture.call('StartExecution', { stateMachineArn: MACHINE, name });
  const { executionArn } = await start('second');
  await start('third');
  await fixture.call('StopExecution', { executionArn, error: 'Enough', cause: 'by hand' });
  expect(await fixture.describe(executionArn)).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'by hand' });
  const list = (more: object) => fixture.call('ListExecutions', { stateMachineArn: MACHINE, ...more });
  const page = await list({ maxResults: 1 });
  expect(page['executions']).toMatchObject([{ name: 'third', status: 'RUNNING' }]);
  const rest = await list({ maxResults: 2, nextToken: page['nextToken'] });
  expect(rest['executions']).toMatchObject([{ name: 'second' }, { status: 'RUNNING' }]);
  expect(rest['nextToken']).toBeUndefined();
  expect((await list({ statusFilter: 'ABORTED' }))['executions']).toMatchObject([{ name: 'second' }]);
  await fixture.close();
});

test('history is read by page, in both directions, with and without data', async () => {
  const fixture = new Fixture();
  const executionArn = await fixture.run(PASS, { secret: 1 });
  await fixture.ended(executionArn);
  const read = (more: object) => fixture.call('GetExecutionHistory', { executionArn, ...more });
  const page = await read({ maxResults: 3 });
  expect(page['events'].map(({ id }: { id: number }) => id)).toEqual([1, 2, 3]);
  expect((await read({ maxResults: 3, nextToken: page['nextToken'] }))['events']).toMatchObject([{ id: 4 }]);
  const back = await read({ maxResults: 3, reverseOrder: true });
  expect(back['events'].map(({ id }: { id: number }) => id)).toEqual([4, 3, 2]);
  expect((await read({ maxResults: 3, reverseOrder: true, nextToken: back['nextToken'] }))['events']).toMatchObject([
    { id: 1 },
  ]);
  expect(JSON.stringify(await read({ includeExecutionData: false }))).not.toContain('secret');
  await fixture.close();
});

test('a version keeps its definition, and an alias leads to it', async () => {
  const fixture = new Fixture();
  const { stepFunctions } = fixture;
  const put = (definition: object) =>
    stepFunctions.putStateMachine({
      name: 'machine',
      definition: JSON.stringify(definition),
      roleArn: ROLE,
      type: 'STANDARD',
    });
  put(PASS);
  const { versionArn } = stepFunctions.publishVersion(MACHINE);
  expect(stepFunctions.publishVersion(MACHINE)).toEqual({ versionArn: `${MACHINE}:1` });
  put(WAIT);
  const { aliasArn } = stepFunctions.putAlias({
    name: 'live',
    stateMachineArn: MACHINE,
    routing: [{ versionArn, weight: 100 }],
  });
  const { executionArn } = await fixture.call('StartExecution', { stateMachineArn: aliasArn });
  expect(await fixture.ended(executionArn)).toMatchObject({
    status: 'SUCCEEDED',
    stateMachineArn: MACHINE,
    stateMachineVersionArn: `${MACHINE}:1`,
    stateMachineAliasArn: `${MACHINE}:live`,
  });
  await expect(fixture.call('DeleteStateMachineVersion', { stateMachineVersionArn: versionArn })).rejects.toMatchObject(
    { code: 'ConflictException' },
  );
  expect((await fixture.call('ListExecutions', { stateMachineArn: aliasArn }))['executions']).toHaveLength(1);
  await fixture.close();
});

test('an execution that failed goes on from the state it failed in when it is redriven', async () => {
  let calls = 0;
  const fixture = new Fixture({
    lambda: async () => ({
      payload: calls++ === 0 ? '{"errorType":"Down"}' : '"up"',
      ...(calls === 1 && { functionError: 'Unhandled' as const }),
      executedVersion: '1',
      statusCode: 200,
    }),
  });
  const executionArn = await fixture.run({
    QueryLanguage: 'JSONata',
    StartAt: 'P',
    States: {
      P: { Type: 'Pass', Next: 'T' },
      T: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:000000000000:function:f', End: true },
    },
  });
  expect(await fixture.ended(executionArn)).toMatchObject({ error: 'Down', redriveStatus: 'REDRIVABLE' });
  await fixture.call('RedriveExecution', { executionArn });
  expect(await fixture.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"up"', redriveCount: 1 });
  expect((await fixture.types(executionArn)).slice(-6)).toEqual([
    'ExecutionRedriven',
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    'LambdaFunctionSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
  await expect(fixture.call('RedriveExecution', { executionArn })).rejects.toMatchObject({
    code: 'ExecutionNotRedrivable',
    message: 'Execution is SUCCEEDED and cannot be redriven',
  });
  await fixture.close();
});

test('status changes are published, and events logged as the level asks for', async () => {
  const fixture = new Fixture();
  fixture.stepFunctions.putStateMachine({
    name: 'machine',
    definition: JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'F',
      States: { F: { Type: 'Fail', Error: 'No' } },
    }),
    roleArn: ROLE,
    type: 'STANDARD',
    loggingConfiguration: {
      level: 'ERROR',
      includeExecutionData: true,
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:g:*' } }],
    },
  });
  const { executionArn } = await fixture.call('StartExecution', { stateMachineArn: MACHINE, name: 'n' });
  await fixture.ended(executionArn);
  expect(fixture.published).toMatchObject([
    { source: 'aws.states', 'detail-type': 'Step Functions Execution Status Change', resources: [executionArn] },
    {
      detail: {
        status: 'FAILED',
        error: 'No',
        executionArn,
        stateMachineArn: MACHINE,
        name: 'n',
        input: '{}',
        output: null,
      },
    },
  ]);
  expect(fixture.logged.map(({ group }) => group)).toEqual(['arn:aws:logs:us-east-1:000000000000:log-group:g:*']);
  expect(JSON.parse(fixture.logged[0]?.messages[0] ?? '')).toMatchObject({
    id: '3',
    type: 'ExecutionFailed',
    previous_event_id: '2',
    execution_arn: executionArn,
    details: { error: 'No' },
  });
  await fixture.close();
});

test('tags are added, listed and removed', async () => {
  const fixture = new Fixture();
  await fixture.run(PASS);
  const tags = [
    { key: 'a', value: '1' },
    { key: 'b', value: '2' },
  ];
  await fixture.call('TagResource', { resourceArn: MACHINE, tags });
  await fixture.call('UntagResource', { resourceArn: MACHINE, tagKeys: ['a'] });
  expect(await fixture.call('ListTagsForResource', { resourceArn: MACHINE })).toEqual({
    tags: [{ key: 'b', value: '2' }],
  });
  await fixture.close();
});

test('an EXPRESS machine answers synchronously and keeps no history', async () => {
  const fixture = new Fixture();
  const definition = JSON.stringify(PASS);
  await fixture.call('CreateStateMachine', { name: 'machine', definition, roleArn: ROLE, type: 'EXPRESS' });
  const answer = await fixture.call('StartSyncExecution', { stateMachineArn: MACHINE, input: '{"n":1}' });
  expect(answer).toMatchObject({ status: 'SUCCEEDED', output: '{"n":1}' });
  const { executionArn } = answer;
  await expect(fixture.call('GetExecutionHistory', { executionArn })).rejects.toMatchObject({
    code: 'StateMachineTypeNotSupported',
  });
  await fixture.close();
});

test('each action says what its caller must be allowed to do', () => {
  const fixture = new Fixture();
  const requires = (action: string, input: object) =>
    fixture.stepFunctions.service.requires({
      service: 'states',
      action,
      principal: { kind: 'admin', arn: 'a' },
      requestId: 'r',
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.alloc(0),
      input: { ...input },
    });
  expect(requires('StartExecution', { stateMachineArn: `${MACHINE}:live` })).toEqual([
    { action: 'states:StartExecution', resource: MACHINE, context: { 'states:statemachinequalifier': 'live' } },
  ]);
  expect(requires('CreateStateMachine', { name: 'machine', roleArn: ROLE })).toEqual([
    { action: 'states:CreateStateMachine', resource: MACHINE },
    { action: 'iam:PassRole', resource: ROLE, context: { 'iam:passedtoservice': 'states.amazonaws.com' } },
  ]);
  expect(requires('ListStateMachines', {})).toEqual([{ action: 'states:ListStateMachines', resource: '*' }]);
  const taskToken = 't'.repeat(2049);
  expect(() => requires('SendTaskSuccess', { taskToken })).toThrow(
    'Member must have length less than or equal to 2048',
  );
  expect(() => requires('CreateActivity', {})).toThrow('The local runtime does not serve states:CreateActivity.');
});
