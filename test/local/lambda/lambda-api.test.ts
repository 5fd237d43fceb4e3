import {
  GetFunctionCommand,
  InvokeCommand,
  ListFunctionsCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Compute, ROLE_ARN, startCompute } from './local-compute.ts';

let local: Compute;

beforeAll(async () => {
  local = await startCompute();
  local.deploy('echo', 'export const handler = async (event) => ({ got: event });');
});

afterAll(() => local.stop());

describe('what Lambda refuses', () => {
  test('an unknown function', async () => {
    await expect(local.invoke('nobody')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody',
    });
  });

  test.each([
    ['eu-west-1:000000000000', "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"],
    ['us-east-1:123456789012', 'Function not found: arn:aws:lambda:us-east-1:123456789012:function:echo'],
  ])('a function of %s', async (where, message) => {
    await expect(local.invoke(`arn:aws:lambda:${where}:function:echo`)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message,
      $metadata: { httpStatusCode: 404 },
    });
  });

  test.each(['functions/%zz', 'functions/echo/aliases/%zz', 'functions/%E0%A4%A/invocations'])(
    'the path %s, which is not percent-encoded',
    async (path) => {
      const { status } = await fetch(`${local.gateway.url}/2015-03-31/${path}`, {
        method: path.endsWith('invocations') ? 'POST' : 'GET',
        headers: { authorization: 'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/lambda/aws4_request' },
      });

      expect(status).toBe(400);
    },
  );

  test('a payload that is no JSON', async () => {
    const call = local.sdk.send(new InvokeCommand({ FunctionName: 'echo', Payload: '{' }));

    await expect(call).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
  });

  test('a payload over 6 MB, over 1 MB for events', async () => {
    const send = (bytes: number, InvocationType: 'Event' | 'RequestResponse') =>
      local.sdk.send(
        new InvokeCommand({ FunctionName: 'echo', InvocationType, Payload: `"${'x'.repeat(bytes - 2)}"` }),
      );

    await expect(send(6_291_457, 'RequestResponse')).rejects.toMatchObject({
      name: 'RequestEntityTooLargeException',
    });
    await expect(send(1_048_577, 'Event')).rejects.toMatchObject({ name: 'RequestEntityTooLargeException' });
  });

  test('more than the reserved concurrency', async () => {
    local.deploy('single', 'export const handler = () => new Promise((done) => setTimeout(done, 100, "done"));', {
      reservedConcurrency: 1,
    });
    const principal = { kind: 'admin', arn: 'arn:aws:iam::000000000000:user/test' } as const;

    const [first, second] = await Promise.allSettled([
      local.lambda.invoke('single', {}, principal),
      local.lambda.invoke('single', {}, principal),
    ]);

    expect(first).toMatchObject({ status: 'fulfilled', value: { payload: '"done"' } });
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'TooManyRequestsException', status: 429 } });
  });

  test('a caller without permission', async () => {
    const principal = { kind: 'role', roleArn: ROLE_ARN, sessionName: 'other' } as const;

    await expect(local.lambda.invoke('echo', {}, principal)).rejects.toMatchObject({
      code: 'AccessDeniedException',
      message: expect.stringContaining('is not authorized to perform: lambda:InvokeFunction on resource'),
    });
  });

  test('a service without a permission from the function, until it has one', async () => {
    const sourceArn = 'arn:aws:events:us-east-1:000000000000:rule/uploads';
    const principal = { kind: 'service', service: 'events.amazonaws.com', sourceArn } as const;
    await expect(local.lambda.invoke('echo', {}, principal)).rejects.toMatchObject({ code: 'AccessDeniedException' });

    local.lambda.putPermission('echo', {
      Sid: 'uploads',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: 'arn:aws:lambda:us-east-1:000000000000:function:echo',
      Condition: { ArnLike: { 'AWS:SourceArn': sourceArn } },
    });

    expect(await local.lambda.invoke('echo', {}, principal)).toMatchObject({ payload: '{"got":{}}' });
  });
});

describe('the API', () => {
  test('describes functions', async () => {
    local.deploy('described', 'export const handler = async () => 1;', { environment: { A: 'b' }, memoryMb: 256 });

    const { Configuration } = await local.sdk.send(new GetFunctionCommand({ FunctionName: 'described' }));
    const { Functions } = await local.sdk.send(new ListFunctionsCommand({}));

    expect(Configuration).toMatchObject({
      FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:described',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      MemorySize: 256,
      Timeout: 10,
      Environment: { Variables: { A: 'b' } },
      State: 'Active',
    });
    expect(Functions?.map(({ FunctionName }) => FunctionName)).toContain('described');
  });

  test('does not say which version will run a queued event', async () => {
    const queued = await local.sdk.send(new InvokeCommand({ FunctionName: 'echo', InvocationType: 'Event' }));

    expect(queued.StatusCode).toBe(202);
    expect(queued.ExecutedVersion).toBeUndefined();
  });

  test('shows the end of the log when asked', async () => {
    local.deploy('talkative', 'export const handler = async () => console.log("said");');

    const { LogResult = '' } = await local.sdk.send(new InvokeCommand({ FunctionName: 'talkative', LogType: 'Tail' }));

    expect(Buffer.from(LogResult, 'base64').toString()).toMatch(/^START .*\n.*\tINFO\tsaid\nEND .*\nREPORT .*\n$/);
  });

  test('changes the environment of a function', async () => {
    local.deploy('settings', 'export const handler = async () => process.env.LEVEL;');

    await local.sdk.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: 'settings', Environment: { Variables: { LEVEL: 'hi' } } }),
    );

    expect((await local.invoke('settings')).result).toBe('hi');
  });

  test('runs versions and aliases', async () => {
    local.deploy('release', 'export const handler = async (event, { functionVersion }) => "one " + functionVersion;');
    expect(local.lambda.putVersion({ functionName: 'release' }).version).toBe('1');
    local.lambda.putAlias({ functionName: 'release', name: 'live', functionVersion: '1' });
    local.deploy('release', 'export const handler = async () => "two";');

    expect((await local.invoke('release')).result).toBe('two');
    // The bundle's directory is the same here, so only the version tells the two apart.
    expect(await local.invoke('release:live')).toMatchObject({ ExecutedVersion: '1' });
  });
});
