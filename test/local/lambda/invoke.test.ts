import { getPriority } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Compute, ROLE_ARN, startCompute } from './local-compute.ts';

let local: Compute;

beforeAll(async () => {
  local = await startCompute();
});

afterAll(() => local.stop());

describe('a function that works', () => {
  test('gets the event and answers', async () => {
    local.deploy('echo', 'export const handler = async (event) => ({ got: event });');

    const { result, StatusCode, ExecutedVersion, FunctionError } = await local.invoke('echo', { a: 1 });

    expect({ result, StatusCode, ExecutedVersion, FunctionError }).toEqual({
      result: { got: { a: 1 } },
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      FunctionError: undefined,
    });
  });

  const onLinux = process.platform === 'linux' ? test : test.skip; // elsewhere threads have no priority of their own
  onLinux('lets the runtime go first', async () => {
    local.deploy('nice', `import { getPriority } from 'node:os'; export const handler = async () => getPriority();`);

    expect((await local.invoke('nice')).result).toBe(Math.min(19, getPriority() + 5));
  });

  test('answers null for undefined', async () => {
    local.deploy('silent', 'export const handler = async () => {};');

    expect((await local.invoke('silent')).result).toBeNull();
  });

  test('sees its context', async () => {
    local.deploy(
      'context',
      `export const handler = async (event, context) => ({
        ...context, left: context.getRemainingTimeInMillis(), trace: process.env._X_AMZN_TRACE_ID });`,
    );

    const { result } = await local.invoke('context');

    expect(result).toMatchObject({
      functionName: 'context',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:context',
      memoryLimitInMB: '128',
      logGroupName: '/aws/lambda/context',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      trace: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/),
    });
    expect(result.left).toBeGreaterThan(9_000);
    expect(result.left).toBeLessThanOrEqual(10_000);
  });

  test('sees its own environment and nothing of this machine', async () => {
    process.env['STORYGATE_HOST_SECRET'] = 'leak';
    local.deploy('variables', 'export const handler = async () => process.env;', { environment: { MODE: 'test' } });

    const { result } = await local.invoke('variables');

    expect(Object.keys(result).sort()).toEqual([
      'AWS_ACCESS_KEY_ID',
      'AWS_DEFAULT_REGION',
      'AWS_ENDPOINT_URL',
      'AWS_EXECUTION_ENV',
      'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
      'AWS_LAMBDA_FUNCTION_NAME',
      'AWS_LAMBDA_FUNCTION_VERSION',
      'AWS_LAMBDA_INITIALIZATION_TYPE',
      'AWS_LAMBDA_LOG_FORMAT',
      'AWS_LAMBDA_LOG_GROUP_NAME',
      'AWS_LAMBDA_LOG_STREAM_NAME',
      'AWS_REGION',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
      'HOME',
      'LAMBDA_TASK_ROOT',
      'LANG',
      'MODE',
      'PATH',
      'TZ',
      '_HANDLER',
      '_X_AMZN_TRACE_ID',
    ]);
    expect(result).toMatchObject({ MODE: 'test', AWS_ENDPOINT_URL: local.gateway.url, AWS_REGION: 'us-east-1' });
    expect(local.iam.principalOf(result.AWS_ACCESS_KEY_ID)).toEqual({
      kind: 'role',
      roleArn: ROLE_ARN,
      sessionName: 'variables',
    });
  });

  test('sees the moved clock', async () => {
    local.deploy('clock', 'export const handler = async () => ({ now: Date.now(), year: new Date().getFullYear() });');
    await local.invoke('clock');
    const before = Date.now();

    local.clock.advance(400 * 86_400_000);

    const { result } = await local.invoke('clock');
    expect(result.now).toBeGreaterThanOrEqual(before + 400 * 86_400_000);
  });
});

describe('environments', () => {
  const counting = 'let calls = 0; export const handler = async () => ++calls;';

  test('are reused', async () => {
    local.deploy('warm', counting);

    expect((await local.invoke('warm')).result).toBe(1);
    expect((await local.invoke('warm')).result).toBe(2);
  });

  test('run one invocation each', async () => {
    local.deploy(
      'parallel',
      `let busy = 0;
       export const handler = async () => { busy++; await new Promise((r) => setTimeout(r, 30)); return busy--; };`,
    );

    const answers = await Promise.all([1, 2, 3].map(() => local.invoke('parallel')));

    expect(answers.map(({ result }) => result)).toEqual([1, 1, 1]);
  });

  test('are limited: further invocations wait', async () => {
    local.deploy(
      'crowd',
      `const id = Math.random();
       export const handler = async () => { await new Promise((r) => setTimeout(r, 5)); return id; };`,
    );

    const answers = await Promise.all(Array.from({ length: 20 }, () => local.invoke('crowd')));

    expect(new Set(answers.map(({ result }) => result)).size).toBeLessThanOrEqual(8);
  });

  test('end when idle for a while', async () => {
    local.deploy('idle', counting);
    await local.invoke('idle');

    local.clock.advance(120_001);
    await new Promise((resolve) => setTimeout(resolve, 20));

    expect((await local.invoke('idle')).result).toBe(1);
  });

  test('start afresh with changed code', async () => {
    local.deploy('changing', 'export const handler = async () => "old";');
    await local.invoke('changing');

    local.deploy('changing', 'export const handler = async () => "new";');

    expect((await local.invoke('changing')).result).toBe('new');
  });

  test('stay when nothing changed', async () => {
    local.deploy('same', counting);
    await local.invoke('same');

    local.deploy('same', counting);

    expect((await local.invoke('same')).result).toBe(2);
  });
});
