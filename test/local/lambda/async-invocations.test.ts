import { InvokeCommand } from '@aws-sdk/client-lambda';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Database } from '../../../local/database.ts';
import { eventually } from '../../support/eventually.ts';
import { type Compute, startCompute } from './local-compute.ts';

let local: Compute;

beforeEach(async () => {
  local = await startCompute();
});

afterEach(() => local.stop());

const FAILING = `let calls = 0;
export const handler = async (event) => { console.log('call ' + ++calls); throw new Error('no ' + event.story); };`;

async function send(name: string, event: object) {
  const { StatusCode } = await local.sdk.send(
    new InvokeCommand({ FunctionName: name, InvocationType: 'Event', Payload: JSON.stringify(event) }),
  );
  return StatusCode;
}

function calls(): number {
  return local.messages().filter((message) => message.includes('call ')).length;
}

function reports(): number {
  return local.messages().filter((message) => message.startsWith('REPORT')).length;
}

async function seen(count: number): Promise<void> {
  await eventually(`${count} finished calls`, () => (calls() === count && reports() === count ? true : undefined));
  await new Promise((resolve) => setTimeout(resolve, 5)); // the queue hears of it after the log
}

async function letterFrom(url: string) {
  return eventually('a message', async () => {
    const { Messages } = await local.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url, MessageAttributeNames: ['All'], WaitTimeSeconds: 0 }),
    );
    return Messages?.[0];
  });
}

test('an event is accepted at once and worked through', async () => {
  local.deploy('worker', "export const handler = async ({ n }) => console.log('call ' + n);");

  expect(await send('worker', { n: 7 })).toBe(202);

  await seen(1);
  expect(local.database.all('SELECT id FROM lambda_events')).toEqual([]);
});

test('a failed event is tried again after 1 and 2 minutes and then goes to the dead-letter queue', async () => {
  const { url, arn } = local.queues.put({ name: 'letters' });
  local.deploy('failing', FAILING, { deadLetterArn: arn });
  await send('failing', { story: 'PROJ-1' });
  await seen(1);

  local.clock.advance(60_000);
  await seen(2);
  local.clock.advance(119_000);
  expect(calls()).toBe(2);
  local.clock.advance(1_000);
  await seen(3);

  const letter = await letterFrom(url);
  expect(letter.Body).toBe('{"story":"PROJ-1"}');
  expect(letter.MessageAttributes).toMatchObject({
    ErrorCode: { DataType: 'Number', StringValue: '200' },
    ErrorMessage: { StringValue: 'no PROJ-1' },
    RequestID: { StringValue: expect.any(String) },
  });
});

test('a destination gets a record', async () => {
  const { url, arn } = local.queues.put({ name: 'records' });
  local.deploy('failing', FAILING);
  local.lambda.putEventInvokeConfig({
    functionName: 'failing',
    qualifier: '$LATEST',
    maxRetryAttempts: 0,
    onFailureArn: arn,
  });

  await send('failing', { story: 'PROJ-2' });

  expect(JSON.parse((await letterFrom(url)).Body ?? '')).toMatchObject({
    version: '1.0',
    requestContext: {
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:failing:$LATEST',
      condition: 'RetriesExhausted',
      approximateInvokeCount: 1,
    },
    requestPayload: { story: 'PROJ-2' },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorMessage: 'no PROJ-2' },
  });
});

test('an event that would get too old is given up', async () => {
  const { url, arn } = local.queues.put({ name: 'records' });
  local.deploy('failing', FAILING);
  local.lambda.putEventInvokeConfig({
    functionName: 'failing',
    qualifier: '$LATEST',
    maxEventAgeSeconds: 100,
    onFailureArn: arn,
  });
  await send('failing', { story: 'PROJ-3' });

  await seen(1);
  local.clock.advance(60_000);
  await seen(2);

  expect(JSON.parse((await letterFrom(url)).Body ?? '')).toMatchObject({
    requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 2 },
  });
});

test('a throttled event waits and loses no attempt', async () => {
  local.deploy('none', "export const handler = async () => console.log('call');", { reservedConcurrency: 0 });
  await send('none', {});
  await eventually('a throttle', () => {
    const [row] = local.database.all<{ attempts: number; throttles: number }>(
      'SELECT attempts, throttles FROM lambda_events',
    );
    return row?.throttles === 1 && row.attempts === 0 ? true : undefined;
  });

  local.deploy('none', "export const handler = async () => console.log('call 1');");
  local.clock.advance(1_000);

  await seen(1);
});

test('an accepted event survives the end of the process', async () => {
  const database = new Database(':memory:');
  const first = await startCompute({ database });
  first.deploy('none', FAILING, { reservedConcurrency: 0 });
  await first.sdk.send(new InvokeCommand({ FunctionName: 'none', InvocationType: 'Event', Payload: '{"n":1}' }));
  await first.stop();

  const second = await startCompute({ database });
  second.deploy('none', "export const handler = async ({ n }) => console.log('call ' + n);");
  second.lambda.start();
  second.clock.advance(1_000);

  await eventually('the event', () => second.messages().find((message) => message.includes('call 1')));
  await second.stop();
  database.close();
});
