import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type AnyTarget, startTarget } from '../support/target.ts';
import { type Ended, Executions, outcomeOf, statesOf } from './executions.ts';

let target: AnyTarget;
let tables: DynamoDBDocumentClient;
let sfn: SFNClient;
let outputs: Record<string, string>;
let executions: Executions;
beforeAll(async () => {
  target = await startTarget({ args: ['--stack', 'storygate-dev-message-record'] });
  outputs = await target.outputs(`${target.prefix}-message-record`);
  sfn = new SFNClient(target.client);
  tables = DynamoDBDocumentClient.from(new DynamoDBClient(target.client));
  executions = new Executions(sfn, outputs['StateMachineArn'] ?? '', target.since);
}, 60_000);
afterAll(() => target?.stop());

async function run(input: unknown): Promise<Ended> {
  const { executionArn = '' } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: outputs['StateMachineArn'], input: JSON.stringify(input) }),
  );
  return executions.ended(executionArn);
}

async function record(id: unknown): Promise<Record<string, unknown> | undefined> {
  return (await tables.send(new GetCommand({ TableName: outputs['TableName'], Key: { id }, ConsistentRead: true })))
    .Item;
}

/** How many records there are. */
async function count(): Promise<number | undefined> {
  return (await tables.send(new ScanCommand({ TableName: outputs['TableName'], Select: 'COUNT' }))).Count;
}

test('the resources have the names that they were given', () => {
  expect(outputs).toEqual({
    StateMachineArn: expect.stringMatching(/^arn:aws:states:[a-z0-9-]+:\d{12}:stateMachine:awsdemostatemachine:live$/),
    TableName: 'awsdemoddb',
  });
});

test('a message becomes a record, in three states', async () => {
  const ended = await run({ message: 'Hello step function' });
  expect(ended.status).toBe('SUCCEEDED');
  expect(statesOf(ended.events)).toEqual(['InvokeLambda', 'FormatDynamoDBRecord', 'InsertDynamoDBRecord']);
  const { id } = z.object({ id: z.string() }).parse(outcomeOf(ended));
  expect(await record(id)).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    Message: 'Hello step function',
  });
  expect(await record(id)).toEqual(outcomeOf(ended));
});

describe('without a message', () => {
  test.each([
    [{}, 'execution input: message is missing, expected a text'],
    [{ message: 5 }, 'execution input: message is 5, expected a text'],
    [[], 'execution input: it is [], expected an object such as {"message":"Hello step function"}'],
  ])('%j fails and says why', async (input, cause) => {
    const before = await count();
    expect(outcomeOf(await run(input))).toEqual({ error: 'Storygate.InvalidMessage', cause });
    expect(await count()).toBe(before);
  });
});
