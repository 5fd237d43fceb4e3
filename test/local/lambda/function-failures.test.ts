import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Compute, startCompute } from './local-compute.ts';

let local: Compute;

beforeAll(async () => {
  local = await startCompute();
});

afterAll(() => local.stop());

describe('a function that fails', () => {
  test('by throwing', async () => {
    local.deploy('throws', 'export const handler = async () => { throw new TypeError("no story"); };');

    const { result, FunctionError, StatusCode } = await local.invoke('throws');

    expect({ FunctionError, StatusCode }).toEqual({ FunctionError: 'Unhandled', StatusCode: 200 });
    expect(result).toMatchObject({ errorType: 'TypeError', errorMessage: 'no story' });
    expect(result.trace[0]).toBe('TypeError: no story');
  });

  test('by throwing what is no error', async () => {
    local.deploy('throws-text', 'export const handler = async () => { throw "plain"; };');

    expect((await local.invoke('throws-text')).result).toEqual({
      errorType: 'string',
      errorMessage: 'plain',
      trace: [],
    });
  });

  test('by taking too long: its environment is killed', async () => {
    local.deploy(
      'slow',
      'let calls = 0; export const handler = async ({ wait }) => { calls++; while (wait); return calls; };',
      { timeoutSeconds: 0.2 },
    );
    await local.invoke('slow');

    const { result, FunctionError } = await local.invoke('slow', { wait: true });

    expect(FunctionError).toBe('Unhandled');
    expect(result).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 0.20 seconds$/),
    });
    expect(local.messages()).toContainEqual(
      expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z [0-9a-f-]{36} Task timed out after 0.20 seconds$/),
    );
    expect((await local.invoke('slow')).result).toBe(1);
  });

  test('by ending its process', async () => {
    local.deploy('exits', 'export const handler = async () => process.exit(3);');

    expect((await local.invoke('exits')).result).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: exit status 3$/),
    });
  });

  test('by using up its memory', async () => {
    local.deploy(
      'greedy',
      'export const handler = async () => { const all = []; for (;;) all.push(new Array(10000).fill(all.length)); };',
      { memoryMb: 32 },
    );

    expect((await local.invoke('greedy')).result).toEqual({
      errorType: 'Runtime.OutOfMemory',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: signal: killed$/),
    });
  });

  test('by an exception that nobody catches', async () => {
    local.deploy(
      'uncaught',
      'export const handler = () => new Promise(() => setTimeout(() => { throw new Error("late"); }, 1));',
    );

    expect((await local.invoke('uncaught')).result).toMatchObject({
      errorType: 'Runtime.UncaughtException',
      errorMessage: 'Error: late',
    });
  });

  test.each([
    ['no-export', 'export const other = 1;', 'Runtime.HandlerNotFound', 'index.handler is undefined or not exported'],
    ['no-syntax', 'export const handler = ;', 'Runtime.UserCodeSyntaxError', "SyntaxError: Unexpected token ';'"],
    ['bad-start', 'throw new RangeError("at start"); export const handler = 1;', 'RangeError', 'at start'],
    [
      'callback',
      'export const handler = (event, context, callback) => callback();',
      'Runtime.CallbackHandlerDeprecated',
      expect.stringContaining('index.handler takes a callback'),
    ],
  ])('while it starts: %s', async (name, source, errorType, errorMessage) => {
    local.deploy(name, source);

    expect((await local.invoke(name)).result).toMatchObject({ errorType, errorMessage });
  });

  test('by answering too much', async () => {
    local.deploy('verbose', 'export const handler = async () => "x".repeat(6_291_556);');

    expect((await local.invoke('verbose')).result).toEqual({
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: 'Response payload size (6291558 bytes) exceeded maximum allowed payload size (6291556 bytes).',
    });
  });
});
