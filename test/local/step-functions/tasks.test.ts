import { expect, test } from '@jest/globals';
import { echo, Fixture, unexpected } from './fixture.ts';

/** A machine that waits for an answer by task token. */
const waiting = (state: object = {}) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'Ask',
  States: {
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: { FunctionName: 'f', Payload: { token: '{% $states.context.Task.Token %}' } },
      Output: '{% $states.result %}',
      End: true,
      ...state,
    },
  },
});

interface Asked {
  token: string;
}

function asking() {
  const tokens: string[] = [];
  const fixture = new Fixture({
    lambda: async (arn, payload, principal) => {
      const { token }: Asked = Object(payload);
      tokens.push(token);
      return echo(arn, {}, principal);
    },
  });
  const token = () => fixture.until(async () => tokens.at(-1));
  return { fixture, tokens, token };
}

test('an answer by token is the result; the token is good once', async () => {
  const { fixture, token } = asking();
  const arn = await fixture.run(waiting());
  const taskToken = await token();
  await fixture.reached(arn, 'TaskSubmitted');
  await fixture.call('SendTaskSuccess', { taskToken, output: '{"approved":true}' });
  expect(await fixture.describe(arn)).toMatchObject({ status: 'SUCCEEDED', output: '{"approved":true}' });
  expect(await fixture.types(arn)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSubmitted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
  expect((await fixture.events(arn))[2]).toMatchObject({
    taskScheduledEventDetails: { resourceType: 'lambda', resource: 'invoke.waitForTaskToken', region: 'us-east-1' },
  });
  await expect(fixture.call('SendTaskSuccess', { taskToken, output: '{}' })).rejects.toMatchObject({
    code: 'TaskTimedOut',
    message: "Task Timed Out: 'Provided task does not exist anymore'",
  });
  await fixture.close();
});

test('a failure by token is the error that Catch sees', async () => {
  const { fixture, token } = asking();
  const definition = waiting({ Catch: [{ ErrorEquals: ['Rejected'], Next: 'No' }] });
  const arn = await fixture.run({ ...definition, States: { ...definition.States, No: { Type: 'Succeed' } } });
  await fixture.call('SendTaskFailure', { taskToken: await token(), error: 'Rejected', cause: 'not today' });
  expect(await fixture.describe(arn)).toMatchObject({
    status: 'SUCCEEDED',
    output: '{"Error":"Rejected","Cause":"not today"}',
  });
  await fixture.close();
});

test('heartbeats keep a task waiting; without them it fails', async () => {
  const { fixture, token } = asking();
  const arn = await fixture.run(waiting({ HeartbeatSeconds: '{% 30 %}' }));
  const taskToken = await token();
  await fixture.reached(arn, 'TaskSubmitted');
  fixture.clock.advance(29_000);
  await fixture.call('SendTaskHeartbeat', { taskToken });
  fixture.clock.advance(29_000);
  await fixture.call('SendTaskHeartbeat', { taskToken });
  expect((await fixture.describe(arn))['status']).toBe('RUNNING');
  fixture.clock.advance(31_000);
  expect(await fixture.ended(arn)).toMatchObject({ status: 'FAILED', error: 'States.HeartbeatTimeout' });
  await expect(fixture.call('SendTaskHeartbeat', { taskToken })).rejects.toMatchObject({ code: 'TaskTimedOut' });
  await fixture.close();
});

test('a task that takes longer than TimeoutSeconds fails with States.Timeout, and a late answer is refused', async () => {
  const { fixture, token } = asking();
  const arn = await fixture.run(waiting({ TimeoutSeconds: 86_400 }));
  const taskToken = await token();
  await fixture.reached(arn, 'TaskSubmitted');
  fixture.clock.advance(86_400_000);
  expect(await fixture.ended(arn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  expect((await fixture.types(arn)).slice(-2)).toEqual(['TaskTimedOut', 'ExecutionFailed']);
  await expect(fixture.call('SendTaskSuccess', { taskToken, output: '{}' })).rejects.toMatchObject({
    code: 'TaskTimedOut',
  });
  await fixture.close();
});

test('an answer may come before the call that hands the token on has returned', async () => {
  const answered = Promise.withResolvers<void>();
  const given = Promise.withResolvers<string>();
  const fixture = new Fixture({
    lambda: async (arn, payload, principal) => {
      const { token }: Asked = Object(payload);
      given.resolve(token);
      await answered.promise;
      return echo(arn, {}, principal);
    },
  });
  const arn = await fixture.run(waiting());
  await fixture.call('SendTaskSuccess', { taskToken: await given.promise, output: '1' });
  answered.resolve();
  expect(await fixture.ended(arn)).toMatchObject({ status: 'SUCCEEDED', output: '1' });
  await fixture.close();
});

test('what is no token, and output that is no JSON, are named as such', async () => {
  const { fixture, token } = asking();
  await expect(fixture.call('SendTaskSuccess', { taskToken: 'x', output: '{}' })).rejects.toMatchObject({
    code: 'InvalidToken',
    message: "Invalid Token: 'Invalid token'",
  });
  await fixture.run(waiting());
  const taskToken = await token();
  await expect(fixture.call('SendTaskSuccess', { taskToken, output: '{' })).rejects.toMatchObject({
    code: 'InvalidOutput',
  });
  await fixture.close();
});

test('a nested execution to its end: the result is its description, with input and output as JSON', async () => {
  const fixture = new Fixture({ tasks: { lambda: { invoke: unexpected('lambda.invoke') } } });
  const { arn } = fixture.stepFunctions.putStateMachine({
    name: 'inner',
    definition: JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'P',
      States: { P: { Type: 'Pass', Output: '{% $states.input.n * 2 %}', End: true } },
    }),
    roleArn: 'arn:aws:iam::000000000000:role/inner',
    type: 'STANDARD',
  });
  const outer = await fixture.run({
    QueryLanguage: 'JSONata',
    StartAt: 'Nested',
    States: {
      Nested: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution.sync:2',
        Arguments: { StateMachineArn: arn, Input: { n: 21 } },
        Output: '{% [$states.result.Status, $states.result.Output] %}',
        End: true,
      },
    },
  });
  expect(await fixture.ended(outer)).toMatchObject({ status: 'SUCCEEDED', output: '["SUCCEEDED",42]' });
  expect((await fixture.types(outer)).slice(3, 6)).toEqual(['TaskStarted', 'TaskSubmitted', 'TaskSucceeded']);
  await fixture.close();
});

test('stopping an execution stops the one that it waits for', async () => {
  const fixture = new Fixture();
  const wait = { QueryLanguage: 'JSONata', StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } };
  const { arn } = fixture.stepFunctions.putStateMachine({
    name: 'inner',
    definition: JSON.stringify(wait),
    roleArn: 'arn:aws:iam::000000000000:role/inner',
    type: 'STANDARD',
  });
  const outer = await fixture.run({
    QueryLanguage: 'JSONata',
    StartAt: 'Nested',
    States: {
      Nested: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution.sync',
        Arguments: { StateMachineArn: arn },
        End: true,
      },
    },
  });
  await fixture.reached(outer, 'TaskSubmitted');
  const { executions } = await fixture.call('ListExecutions', { stateMachineArn: arn });
  await fixture.call('StopExecution', { executionArn: outer });
  expect((await fixture.ended(executions[0].executionArn))['status']).toBe('ABORTED');
  await fixture.close();
});

test('an answer during the shutdown is refused, not taken for late', async () => {
  const { fixture, token } = asking();
  const arn = await fixture.run(waiting());
  const taskToken = await token();
  await fixture.reached(arn, 'TaskSubmitted');
  await fixture.stepFunctions.close();
  await expect(fixture.call('SendTaskSuccess', { taskToken, output: '{}' })).rejects.toMatchObject({
    code: 'ServiceUnavailable',
    status: 503,
  });
  fixture.database.close();
});
