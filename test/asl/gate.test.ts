import { describe, expect, test } from '@jest/globals';
import { validate } from '../../local/step-functions/definition/validate.ts';
import type { Json } from '../../local/step-functions/json.ts';
import { WaitRequest } from '../../services/callback-relay/store-wait.ts';
import { OutputRequest } from '../../services/outputs/output-request.ts';
import { CONTEXT, MACHINE, StateUnderTest, TEXT } from './gate-machine.ts';

const STEP = { state: 'S', enteredAt: '2025-03-01T09:00:00.000Z', finishedAt: '2025-03-01T09:00:01.000Z' };
const VARIABLES = {
  location: 's3://b/inputs/x.json',
  file: { jiraStoryId: 'proj-1', packageIds: ['a'] },
  problems: [],
  workflow: { jiraStoryId: 'PROJ-1', packageIds: ['a'], team: 'core' },
  waitSeconds: 86_400,
  steps: [STEP],
};
const branch = (state: string) => ({
  result: { statusCode: 200, body: { ok: true } },
  step: { ...STEP, state },
});

describe('the definition', () => {
  test('is valid ASL as it stands', () => {
    expect(validate(TEXT)).toEqual([]);
  });

  test('uses no JSONata that is newer than what Step Functions speaks (2.0.6), and no $eval', () => {
    expect(TEXT).not.toMatch(/\?\?|\?:|\$eval\(/);
  });

  test('has no ARN of its own, only placeholders and integrations', () => {
    expect(TEXT.match(/arn:aws:[^"]*/g)?.filter((arn) => !arn.startsWith('arn:aws:states:::'))).toEqual([]);
  });

  test('ends every task that can fail in an error handler', () => {
    const tasks = Object.entries(MACHINE.States).filter(([, { Type }]) => Type === 'Task' || Type === 'Parallel');
    expect(tasks.map(([name, { Catch }]) => [name, Catch?.at(-1)?.ErrorEquals, Catch?.at(-1)?.Next])).toEqual([
      ['ReadInputFromS3', ['States.ALL'], 'HandleS3ReadError'],
      ['ParallelAPIProcessing', ['States.ALL'], 'HandleParallelError'],
      ['WaitForCallback', ['States.ALL'], 'HandleCallbackError'],
      ['WriteResultsToS3', ['States.ALL'], 'WriteErrorToS3'],
      ['WriteExecutionLogToS3', ['States.ALL'], 'WriteErrorToS3'],
      ['WriteErrorToS3', ['States.ALL'], 'WorkflowFailed'],
    ]);
  });

  test('never repeats a rejection', () => {
    const retried = MACHINE.States['WaitForCallback']?.Retry?.flatMap(({ ErrorEquals }) => ErrorEquals) ?? [];
    expect(retried).toContain('WaitNotStored');
    for (const error of ['States.ALL', 'States.TaskFailed', 'States.Timeout', 'CallbackRejected'])
      expect(retried).not.toContain(error);
  });
});

describe('the release APIs', () => {
  test.each(['CallValidation', 'CallDeployment', 'CallNotification'])('%s sends the whole file', async (name) => {
    const state = new StateUnderTest(name, VARIABLES);
    const body = { jiraStoryId: 'PROJ-1', packageIds: ['a'], team: 'core', executionId: 'run-1' };
    expect(await state.arguments({})).toMatchObject({ Method: 'POST', RequestBody: body });
    expect(state.definition.TimeoutSeconds).toBe(30);
    expect(state.definition.Retry?.[0]?.ErrorEquals).toEqual(
      expect.arrayContaining(['States.Http.StatusCode.429', 'States.Http.StatusCode.503', 'States.Timeout']),
    );
  });

  test('an answer is kept, a huge one cut', async () => {
    const state = new StateUnderTest('CallValidation', VARIABLES);
    const answer = await state.succeed({}, { StatusCode: 201, ResponseBody: { valid: true } });
    expect(answer.output).toMatchObject({
      result: { statusCode: 201, body: { valid: true } },
      step: { note: 'HTTP 201' },
    });
    const huge = await state.succeed({}, { StatusCode: 200, ResponseBody: 'x'.repeat(50_000) });
    expect(huge.output).toMatchObject({ result: { truncated: true, body: 'x'.repeat(40_000) } });
    const empty = await state.succeed({}, { StatusCode: 204 });
    expect(empty.output).toMatchObject({ result: { statusCode: 204 } });
  });

  test('three answers become one record without warnings', async () => {
    const parallel = new StateUnderTest('ParallelAPIProcessing', VARIABLES);
    const { variables } = await parallel.succeed(
      {},
      ['CallValidation', 'CallDeployment', 'CallNotification'].map(branch),
    );
    expect(variables).toMatchObject({
      apis: { validation: { statusCode: 200 }, deployment: { statusCode: 200 }, notification: { body: { ok: true } } },
      warnings: [],
    });
    expect(variables['steps']).toMatchObject(
      ['S', 'ParallelAPIProcessing', 'CallValidation', 'CallDeployment', 'CallNotification'].map((state) => ({
        state,
      })),
    );
  });

  test('a failed notification is one warning', async () => {
    const call = await new StateUnderTest('CallNotification', VARIABLES).catch(
      {},
      { Error: 'States.Http.StatusCode.500' },
    );
    expect(call.next).toBe('RecordNotificationWarning');
    const warning = await new StateUnderTest('RecordNotificationWarning', VARIABLES).pass(call.output);
    const parallel = new StateUnderTest('ParallelAPIProcessing', VARIABLES);
    const { variables } = await parallel.succeed({}, [branch('CallValidation'), branch('CallDeployment'), warning]);
    expect(variables['warnings']).toEqual(['CallNotification failed: States.Http.StatusCode.500']);
  });

  test.each([
    ['CallValidation', 'ValidationFailed'],
    ['CallDeployment', 'DeploymentFailed'],
  ])('a failure of %s is reported with its name', async (name, failState) => {
    const errorOutput = { Error: 'States.Http.StatusCode.422', Cause: 'no such package' };
    const call = await new StateUnderTest(name, VARIABLES).catch({}, errorOutput);
    expect(call.next).toBe(failState);
    const { error, cause } = await new StateUnderTest(failState).fail(call.output);
    const caught = await new StateUnderTest('ParallelAPIProcessing', VARIABLES).catch(
      {},
      { Error: error, Cause: cause },
    );
    expect(await new StateUnderTest(caught.next, caught.variables).pass(caught.output)).toEqual({
      state: name,
      error: 'States.Http.StatusCode.422',
      message: `${name} failed for PROJ-1: States.Http.StatusCode.422`,
      cause: 'no such package',
    });
    expect(caught.variables['steps']).toMatchObject([
      { state: 'S' },
      { state: 'ParallelAPIProcessing', failed: true },
      { state: name, failed: true, note: 'States.Http.StatusCode.422' },
    ]);
  });
});

describe('the wait', () => {
  const wait = new StateUnderTest('WaitForCallback', VARIABLES);

  test('hands over what store-task-token expects', async () => {
    const { Payload } = Object(await wait.arguments({}));
    expect(WaitRequest.parse(Payload)).toEqual({
      taskToken: 'token-1',
      jiraStoryId: 'PROJ-1',
      executionArn: CONTEXT.Execution.Id,
      executionName: 'run-1',
      startedAt: '2025-03-01T09:00:00.000Z',
      timeoutSeconds: 86_400,
      retryCount: 0,
      redriveCount: 0,
      approval: { quorum: 1, approvers: [] },
      location: 's3://b/inputs/x.json',
    });
    expect(wait.definition.TimeoutSeconds).toBe('{% $waitSeconds %}');
  });

  test('hands over what the workflow file asks for', async () => {
    const approval = { quorum: 2, approvers: ['a', 'b', 'c'], timeoutHours: 72 };
    const variables = { ...VARIABLES, workflow: { ...VARIABLES.workflow, approval }, waitSeconds: 259_200 };
    const { Payload } = Object(await new StateUnderTest('WaitForCallback', variables).arguments({}));
    expect(WaitRequest.parse(Payload)).toMatchObject({
      timeoutSeconds: 259_200,
      approval: { quorum: 2, approvers: ['a', 'b', 'c'] },
    });
  });

  test('names everyone who approved', async () => {
    const decisions = ['Ada', 'Ben'].map((displayName) => ({ actor: { displayName } }));
    const { variables } = await wait.succeed({}, { callbackId: 'c-2', actor: { displayName: 'Ben' }, decisions });
    expect(variables['steps']).toMatchObject([STEP, { note: 'approved by Ada, Ben' }]);
  });

  async function handled(errorOutput: { Error?: string; Cause?: string }): Promise<Json> {
    const { output, variables, next } = await wait.catch({}, errorOutput);
    return new StateUnderTest(next, variables).pass(output);
  }

  test('a rejection says who and why', async () => {
    const decision = { callbackId: 'c-1', actor: { displayName: 'Ada' }, message: 'not today' };
    expect(await handled({ Error: 'CallbackRejected', Cause: JSON.stringify(decision) })).toEqual({
      state: 'WaitForCallback',
      error: 'CallbackRejected',
      message: 'PROJ-1 was rejected by Ada: not today',
      cause: decision,
    });
  });

  test('a rejection by hand may say anything', async () => {
    expect(await handled({ Error: 'CallbackRejected', Cause: 'no' })).toMatchObject({
      message: 'PROJ-1 was rejected',
      cause: 'no',
    });
  });

  test('no answer is no approval', async () => {
    expect(await handled({ Error: 'States.Timeout' })).toEqual({
      state: 'WaitForCallback',
      error: 'States.Timeout',
      message: 'no decision on PROJ-1 within 86400 s',
      cause: '',
    });
  });

  test('too few approvals are no approval', async () => {
    const variables = {
      ...VARIABLES,
      workflow: { ...VARIABLES.workflow, approval: { quorum: 2 } },
      waitSeconds: 1_800,
    };
    const timedOut = await new StateUnderTest('WaitForCallback', variables).catch({}, { Error: 'States.Timeout' });
    expect(await new StateUnderTest(timedOut.next, timedOut.variables).pass(timedOut.output)).toMatchObject({
      message: 'not enough approvals of PROJ-1 within 1800 s',
    });
  });

  test('a token that cannot be stored is neither', async () => {
    expect(await handled({ Error: 'WaitNotStored', Cause: 'table gone' })).toMatchObject({
      error: 'WaitNotStored',
      message: 'the wait for PROJ-1 could not be kept: WaitNotStored',
      cause: 'table gone',
    });
  });

  test.each<[string, Json]>([
    ['the relay', { callbackId: 'c-1', outcome: 'success', actor: { displayName: 'Ada' } }],
    ['an operator', {}],
    ['an operator with null', null],
  ])('an approval by %s is the callback', async (_, result) => {
    expect((await wait.succeed({}, result)).variables['callback']).toEqual(result);
  });
});

describe('the outputs function is asked for what it understands', () => {
  const done = { ...VARIABLES, apis: { validation: {} }, warnings: ['w'], callback: { callbackId: 'c-1' } };

  test.each<[string, Json, object]>([
    [
      'WriteResultsToS3',
      {},
      { operation: 'result', input: VARIABLES.workflow, apis: { validation: {} }, warnings: ['w'] },
    ],
    ['WriteExecutionLogToS3', { result: 's3://b/r' }, { operation: 'log', jiraStoryId: 'PROJ-1', warnings: ['w'] }],
    [
      'WriteErrorToS3',
      { state: 'S', error: 'E', message: 'm', cause: { a: 1 } },
      { operation: 'error', error: { state: 'S', error: 'E', message: 'm', cause: { a: 1 } }, input: VARIABLES.file },
    ],
  ])('%s', async (name, input, expected) => {
    const { Payload } = Object(await new StateUnderTest(name, done).arguments(input));
    expect(OutputRequest.parse(Payload)).toMatchObject({
      ...expected,
      executionId: 'run-1',
      executionArn: CONTEXT.Execution.Id,
      location: 's3://b/inputs/x.json',
      steps: [STEP],
    });
  });

  test('a file that could not be read is no input', async () => {
    const unread = { ...VARIABLES, file: null };
    const { Payload } = Object(
      await new StateUnderTest('WriteErrorToS3', unread).arguments({ state: 'S', error: 'E', message: 'm', cause: '' }),
    );
    expect(OutputRequest.parse(Payload)).toMatchObject({ operation: 'error', input: null });
  });

  test('a result that cannot be written fails the workflow', async () => {
    const caught = await new StateUnderTest('WriteResultsToS3', done).catch(
      {},
      { Error: 'OutputNotWritten', Cause: 'S3' },
    );
    expect(caught.next).toBe('WriteErrorToS3');
    expect(caught.output).toEqual({
      state: 'WriteResultsToS3',
      error: 'OutputNotWritten',
      message: 'WriteResultsToS3 could not write what belongs to s3://b/inputs/x.json',
      cause: 'S3',
    });
  });

  test('the execution fails with a name of its own and the message', async () => {
    const failed = new StateUnderTest('WorkflowFailed');
    expect(await failed.fail({ error: 'States.Timeout', message: 'no decision' })).toEqual({
      error: 'Timeout',
      cause: 'no decision',
    });
    expect(await failed.fail({ error: 'CallbackRejected', message: 'm' })).toMatchObject({ error: 'CallbackRejected' });
  });
});
