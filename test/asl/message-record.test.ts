import { describe, expect, test } from '@jest/globals';
import { machineOf, StateUnderTest } from './state-under-test.ts';

const MACHINE = machineOf('message-record', { TableName: 'awsdemoddb', HelloWorldFunctionArn: 'arn:hello' });
const state = (name: string) => new StateUnderTest(MACHINE, name);

describe('the message record', () => {
  test('has three states on its way and one for what it refuses', () => {
    expect(Object.keys(MACHINE.States)).toEqual([
      'InvokeLambda',
      'FormatDynamoDBRecord',
      'InsertDynamoDBRecord',
      'MessageRefused',
    ]);
  });

  test('writes id, time and message', async () => {
    const { output } = await state('InvokeLambda').succeed({}, { Payload: { message: 'Hello step function' } });
    const record = await state('FormatDynamoDBRecord').pass(output);
    expect(await state('InsertDynamoDBRecord').arguments(record)).toEqual({
      TableName: 'awsdemoddb',
      Item: {
        id: { S: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) },
        Timestamp: { S: '2025-03-01T09:00:02.000Z' },
        Message: { S: 'Hello step function' },
      },
    });
  });

  test('fails with what is wrong with the input', async () => {
    const cause = JSON.stringify({ errorType: 'InvalidMessage', errorMessage: 'execution input: message is 5' });
    const { next, output } = await state('InvokeLambda').catch(
      { message: 5 },
      { Error: 'InvalidMessage', Cause: cause },
    );
    expect(next).toBe('MessageRefused');
    expect(await state('MessageRefused').fail(output)).toEqual({
      error: 'Storygate.InvalidMessage',
      cause: 'execution input: message is 5',
    });
  });
});
