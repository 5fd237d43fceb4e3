import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MovableClock, shiftDate } from '../../../local/clock.ts';
import { type DeadLetters, deadLetters } from '../../../services/callback-relay/dead-letters.ts';
import { clientConfig, type RunningGateway, runGateway } from '../../local/gateway/running-gateway.ts';
import { eventually } from '../../support/eventually.ts';

const clock = new MovableClock();
const now = () => new Date(clock.now());
let local: RunningGateway;
let sqs: SQSClient;
let urls: { queueUrl: string; deadLetterQueueUrl: string };
let letters: DeadLetters;
let waits: number[];
let queues = 0;

beforeAll(async () => {
  shiftDate(clock.offset);
  local = await runGateway({ clock });
  sqs = new SQSClient(clientConfig(local.gateway));
});
afterAll(async () => {
  sqs.destroy();
  await local.close();
});
beforeEach(() => {
  queues += 1;
  const { url: deadLetterQueueUrl, arn: deadLetterTargetArn } = local.queues.put({ name: `callbacks-${queues}-dlq` });
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 110 });
  const { url: queueUrl } = local.queues.put({ name: `callbacks-${queues}`, attributes: { RedrivePolicy } });
  urls = { queueUrl, deadLetterQueueUrl };
  waits = [];
  letters = deadLetters({
    client: sqs,
    ...urls,
    now,
    wait: async (milliseconds) => waits.push(milliseconds),
    pollSeconds: 0,
  });
});
afterEach(() => {
  sqs.middlewareStack.remove('fault');
});

const text = (StringValue: string) => ({ DataType: 'String', StringValue });

/** A letter as the relay puts it away. */
async function dead(callbackId: string, jiraStoryId: string, notes: Record<string, string> = {}): Promise<void> {
  const attributes = {
    reason: 'RETRIES_EXHAUSTED',
    error: 'boom',
    receiveCount: '100',
    callbackId,
    jiraStoryId,
    ...notes,
  };
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: urls.deadLetterQueueUrl,
      MessageBody: JSON.stringify({ callbackId, jiraStoryId, outcome: 'success', actor: { displayName: 'Ada' } }),
      MessageAttributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, text(value)])),
    }),
  );
}

async function counts(QueueUrl: string): Promise<{ visible: string | undefined; hidden: string | undefined }> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return {
    visible: Attributes?.ApproximateNumberOfMessages,
    hidden: Attributes?.ApproximateNumberOfMessagesNotVisible,
  };
}

async function received(): Promise<{ callbackId: string; attributes: string[] }[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: urls.queueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
  );
  return Messages.map(({ Body = '', MessageAttributes = {} }) => ({
    callbackId: JSON.parse(Body).callbackId,
    attributes: Object.keys(MessageAttributes).sort(),
  }));
}

/** Lets calls of one action fail. */
function failing(command: string, fails: (input: object) => boolean = () => true): void {
  sqs.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName === command && fails(args.input)) throw new Error('no connection');
      return next(args);
    },
    { name: 'fault', step: 'initialize' },
  );
}

describe('looking at letters', () => {
  test('tells story, callback, reason, age and receive count, oldest first', async () => {
    await dead('one', 'PROJ-1');
    clock.advance(60_000);
    await dead('two', 'PROJ-2', { reason: 'INVALID_TASK_TOKEN', receiveCount: '1' });
    expect(await letters.list()).toMatchObject([
      {
        callbackId: 'one',
        jiraStoryId: 'PROJ-1',
        reason: 'RETRIES_EXHAUSTED',
        error: 'boom',
        outcome: 'success',
        actor: 'Ada',
        receiveCount: 100,
        ageMs: expect.closeTo(60_000, -3),
      },
      { callbackId: 'two', jiraStoryId: 'PROJ-2', reason: 'INVALID_TASK_TOKEN', receiveCount: 1 },
    ]);
  });

  test('tells them oldest first though time passes while they are read', async () => {
    // More than a receive brings, so that the later ones are older by the clock when they are read.
    for (let letter = 0; letter < 12; letter += 1) {
      await dead(`letter-${letter}`, 'PROJ-1');
      clock.advance(1_000);
    }
    sqs.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'ReceiveMessageCommand') clock.advance(15_000);
        return next(args);
      },
      { name: 'fault', step: 'initialize' },
    );
    const listed = await letters.list();
    expect(listed.at(-1)?.ageMs).toBeLessThan(15_000); // though it was read after two receives
    expect(listed.map(({ callbackId }) => callbackId)).toEqual(Array.from({ length: 12 }, (_, n) => `letter-${n}`));
  });

  test('hides none of them afterwards', async () => {
    for (let letter = 0; letter < 25; letter += 1) await dead(`letter-${letter}`, 'PROJ-1');
    expect(await letters.list()).toHaveLength(25);
    expect(await counts(urls.deadLetterQueueUrl)).toEqual({ visible: '25', hidden: '0' });
  });

  test('hides them for half a minute at most when whoever looks is killed', async () => {
    await dead('one', 'PROJ-1');
    failing('ChangeMessageVisibilityBatchCommand');
    await expect(letters.list()).rejects.toThrow('no connection');
    sqs.middlewareStack.remove('fault');
    expect(await letters.list()).toEqual([]);
    clock.advance(30_000);
    expect(await letters.list()).toHaveLength(1);
  });

  test('selects by story, callback, reason and age', async () => {
    await dead('old', 'PROJ-1');
    clock.advance(3_600_000);
    await dead('new', 'PROJ-2', { reason: 'INVALID_ENVELOPE' });
    const ids = async (selector: Parameters<DeadLetters['list']>[0]) =>
      (await letters.list(selector)).map(({ callbackId }) => callbackId);
    expect(await ids({ jiraStoryId: 'PROJ-1' })).toEqual(['old']);
    expect(await ids({ callbackId: 'new' })).toEqual(['new']);
    expect(await ids({ reason: 'INVALID_ENVELOPE' })).toEqual(['new']);
    expect(await ids({ olderThanMs: 3_600_000 })).toEqual(['old']);
    expect(await ids({ youngerThanMs: 1_800_000 })).toEqual(['new']);
    expect(await ids({ jiraStoryId: 'PROJ-1', reason: 'INVALID_ENVELOPE' })).toEqual([]);
  });

  test('names a letter that nobody can read by its body, however often it is sent', async () => {
    const { deadLetterQueueUrl: QueueUrl } = urls;
    const MessageAttributes = { reason: text('UNREADABLE_JSON') };
    for (const MessageBody of ['{broken', '{broken', 'null'])
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
    const found = await letters.list({ reason: 'UNREADABLE_JSON' });
    expect(found.map(({ callbackId }) => callbackId).sort()).toEqual([
      'unreadable-74234e98afe7498f',
      'unreadable-be302461cda285db',
      'unreadable-be302461cda285db',
    ]);
  });

  test('tells a letter that SQS itself has moved', async () => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: urls.deadLetterQueueUrl,
        MessageBody: JSON.stringify({ callbackId: 'crash', jiraStoryId: 'PROJ-9' }),
      }),
    );
    expect(await letters.list()).toMatchObject([
      { callbackId: 'crash', jiraStoryId: 'PROJ-9', reason: 'MOVED_BY_SQS', receiveCount: 1 },
    ]);
  });
});

describe('redriving selected letters', () => {
  test('sends them again without the notes of their failure, and leaves the others', async () => {
    await dead('one', 'PROJ-1');
    await dead('two', 'PROJ-2');
    expect(await letters.redrive({ jiraStoryId: 'PROJ-1' })).toMatchObject({ done: 1, failed: [] });
    expect(await received()).toEqual([{ callbackId: 'one', attributes: ['callbackId', 'jiraStoryId'] }]);
    expect(await letters.list()).toMatchObject([{ callbackId: 'two' }]);
  });

  test('changes nothing in a dry run', async () => {
    await dead('one', 'PROJ-1');
    expect(await letters.redrive({}, { dryRun: true })).toMatchObject({ selected: [{ callbackId: 'one' }], done: 0 });
    expect(await counts(urls.queueUrl)).toEqual({ visible: '0', hidden: '0' });
    expect(await counts(urls.deadLetterQueueUrl)).toEqual({ visible: '1', hidden: '0' });
  });

  test('loses none when it breaks off between sending and deleting: that one comes twice', async () => {
    await dead('one', 'PROJ-1');
    failing('DeleteMessageBatchCommand');
    await expect(letters.redrive({})).rejects.toThrow('no connection');
    sqs.middlewareStack.remove('fault');
    expect(await letters.redrive({})).toMatchObject({ done: 1 });
    expect((await received()).map(({ callbackId }) => callbackId)).toEqual(['one', 'one']);
    expect(await counts(urls.deadLetterQueueUrl)).toEqual({ visible: '0', hidden: '0' });
  });

  test('keeps a letter that the queue does not take, and goes on with the others', async () => {
    await dead('one', 'PROJ-1');
    await dead('two', 'PROJ-2');
    failing('SendMessageCommand', (input) => JSON.stringify(input).includes('PROJ-1'));
    expect(await letters.redrive({})).toMatchObject({
      done: 1,
      failed: [{ callbackId: 'one', error: 'Error: no connection' }],
    });
    sqs.middlewareStack.remove('fault');
    expect(await letters.list()).toMatchObject([{ callbackId: 'one' }]);
  });

  test('keeps to its rate', async () => {
    for (const letter of ['one', 'two', 'three', 'four', 'five']) await dead(letter, 'PROJ-1');
    const seen: number[] = [];
    await letters.redrive({}, { perSecond: 2, onProgress: (done) => seen.push(done) });
    expect(waits).toEqual([1000, 1000]);
    expect(seen).toEqual([2, 4, 5]);
  });

  test('holds letters that wait for their turn back from others', async () => {
    for (const letter of ['one', 'two', 'three']) await dead(letter, 'PROJ-1');
    const slow = deadLetters({
      client: sqs,
      ...urls,
      now,
      pollSeconds: 0,
      wait: async () => {
        clock.advance(20_000);
        expect(await counts(urls.deadLetterQueueUrl)).toMatchObject({ visible: '0' });
      },
    });
    expect(await slow.redrive({}, { perSecond: 1 })).toMatchObject({ done: 3, failed: [] });
    expect(await received()).toHaveLength(3);
  });

  test('goes by the newest receipt of a letter that was received twice', async () => {
    for (let letter = 0; letter < 12; letter += 1) await dead(`letter-${letter}`, 'PROJ-1');
    const newest = new Map<string, string>();
    const stale: string[] = [];
    let receives = 0;
    sqs.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (args) => {
          const { Entries = [] } = Object(args.input);
          for (const { ReceiptHandle } of Entries)
            if (![...newest.values()].includes(ReceiptHandle)) stale.push(commandName);
          // The first ten show again while the others are received.
          if (commandName === 'ReceiveMessageCommand' && ++receives === 2) clock.advance(31_000);
          const result = await next(args);
          const { Messages = [] } = Object(result.output);
          for (const { MessageId, ReceiptHandle } of Messages) newest.set(MessageId, ReceiptHandle);
          return result;
        },
      { name: 'fault', step: 'initialize' },
    );
    const wait = async () => clock.advance(16_000);
    const slow = deadLetters({ client: sqs, ...urls, now, pollSeconds: 0, wait });
    expect(await slow.delete({}, { perSecond: 5 })).toMatchObject({ done: 12, failed: [] });
    expect(stale).toEqual([]);
  });

  test('tells what it has done though SQS does not show the rest again', async () => {
    await dead('one', 'PROJ-1');
    await dead('two', 'PROJ-2');
    failing('ChangeMessageVisibilityBatchCommand');
    expect(await letters.redrive({ jiraStoryId: 'PROJ-1' })).toMatchObject({ done: 1, failed: [] });
    sqs.middlewareStack.remove('fault');
    clock.advance(30_000);
    expect(await letters.list()).toMatchObject([{ callbackId: 'two' }]);
  });

  test('tells what failed first', async () => {
    await dead('one', 'PROJ-1');
    await dead('two', 'PROJ-2');
    sqs.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'DeleteMessageBatchCommand') throw new Error('not deleted');
        if (context.commandName === 'ChangeMessageVisibilityBatchCommand') throw new Error('not shown');
        return next(args);
      },
      { name: 'fault', step: 'initialize' },
    );
    await expect(letters.redrive({ jiraStoryId: 'PROJ-1' })).rejects.toThrow('not deleted');
  });

  test('stops where it is told to, and shows the rest again', async () => {
    for (const letter of ['one', 'two', 'three']) await dead(letter, 'PROJ-1');
    const interrupt = new AbortController();
    const outcome = await letters.redrive(
      {},
      { perSecond: 1, signal: interrupt.signal, onProgress: () => interrupt.abort() },
    );
    expect(outcome).toMatchObject({ done: 1, failed: [] });
    expect(await counts(urls.deadLetterQueueUrl)).toEqual({ visible: '2', hidden: '0' });
  });
});

describe('deleting selected letters', () => {
  test('deletes those and no others', async () => {
    await dead('one', 'PROJ-1');
    await dead('two', 'PROJ-2');
    expect(await letters.delete({ callbackId: 'one' })).toMatchObject({ done: 1, failed: [] });
    expect(await letters.list()).toMatchObject([{ callbackId: 'two' }]);
    expect(await counts(urls.queueUrl)).toEqual({ visible: '0', hidden: '0' });
  });

  test('counts as done only what SQS has deleted', async () => {
    await dead('one', 'PROJ-1');
    sqs.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName !== DeleteMessageBatchCommand.name) return next(args);
        return { output: { $metadata: {}, Successful: [], Failed: [] }, response: undefined };
      },
      { name: 'fault', step: 'initialize' },
    );
    expect(await letters.delete({})).toMatchObject({ done: 0, failed: [{ callbackId: 'one' }] });
  });
});

test('redriving everything is a move task of SQS, also for letters that the relay has put there', async () => {
  expect(await letters.redriveAllProgress()).toBeUndefined();
  await dead('one', 'PROJ-1');
  await dead('two', 'PROJ-2');
  await letters.redriveAll({ perSecond: 100 });
  const task = await eventually('the move task completed', async () => {
    clock.advance(1_000);
    const progress = await letters.redriveAllProgress();
    return progress?.status === 'COMPLETED' ? progress : undefined;
  });
  expect(task).toMatchObject({ moved: 2 });
  expect((await received()).map(({ callbackId }) => callbackId).sort()).toEqual(['one', 'two']);
});
