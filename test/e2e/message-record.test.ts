import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalRuntime, startLocalRuntime } from '../support/local-runtime.ts';
import { type Ended, Executions, outcomeOf, statesOf } from './executions.ts';

let runtime: LocalRuntime;
let sfn: SFNClient;
let outputs: Record<string, string>;
let executions: Executions;
beforeAll(async () => {
  runtime = await startLocalRuntime({ args: ['--stack', 'storygate-dev-message-record'] });
  outputs = await runtime.outputs('storygate-dev-message-record');
  sfn = new SFNClient(runtime.client);
  executions = new Executions(sfn, outputs['StateMachineArn'] ?? '');
}, 60_000);
afterAll(() => runtime?.stop());

async function run(input: unknown): Promise<Ended> {
  const { executionArn = '' } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: outputs['StateMachineArn'], input: JSON.stringify(input) }),
  );
  return executions.ended(executionArn);
}

async function records(): Promise<Record<string, unknown>[]> {
  const tables = DynamoDBDocumentClient.from(new DynamoDBClient(runtime.client));
  const { Items = [] } = await tables.send(new ScanCommand({ TableName: outputs['TableName'] }));
  return Items;
}

test('the resources have the names that they were given', () => {
  expect(outputs).toEqual({
    StateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:awsdemostatemachine:live',
    TableName: 'awsdemoddb',
  });
});

test('a message becomes a record, in three states', async () => {
  const ended = await run({ message: 'Hello step function' });
  expect(ended.status).toBe('SUCCEEDED');
  expect(statesOf(ended.events)).toEqual(['InvokeLambda', 'FormatDynamoDBRecord', 'InsertDynamoDBRecord']);
  expect(await records()).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      Message: 'Hello step function',
    },
  ]);
  expect(await records()).toEqual([outcomeOf(ended)]);
});

describe('without a message', () => {
  test.each([
    [{}, 'execution input: message is missing, expected a text'],
    [{ message: 5 }, 'execution input: message is 5, expected a text'],
    [[], 'execution input: it is [], expected an object such as {"message":"Hello step function"}'],
  ])('%j fails and says why', async (input, cause) => {
    const before = (await records()).length;
    expect(outcomeOf(await run(input))).toEqual({ error: 'Storygate.InvalidMessage', cause });
    expect(await records()).toHaveLength(before);
  });
});
