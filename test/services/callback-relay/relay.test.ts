import { describe, expect, test } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import type { DeadLetterFacts } from '../../../services/callback-relay/callback-queue.ts';
import { DeadLetterError } from '../../../services/callback-relay/errors.ts';
import { relayBatch } from '../../../services/callback-relay/relay.ts';
import { storeWait } from '../../../services/callback-relay/store-wait.ts';
import type { DomainEvent } from '../../../services/shared/domain-events.ts';
import { recordingLog } from '../recording-log.ts';
import { callback, Situation, waitRequest } from './situation.ts';

function message(body: unknown, receives = 1): SQSRecord {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const id = text.slice(0, 60);
  return {
    messageId: id,
    receiptHandle: `receipt ${id}`,
    body: text,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: '1740819600000',
      SenderId: 'webhook',
      ApproximateFirstReceiveTimestamp: '1740819600000',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:callbacks',
    awsRegion: 'us-east-1',
  };
}

/** The relay around a situation, and what it did to the queue, the bus and the log. */
function relay(situation = new Situation()) {
  const hidden: number[] = [];
  const deadLetters: DeadLetterFacts[] = [];
  const events: DomainEvent[] = [];
  const counted: string[] = [];
  const log = recordingLog();
  const { table, tasks, now } = situation;
  const queue = {
    hide: async (_: SQSRecord, seconds: number) => void hidden.push(seconds),
    deadLetter: async (_: SQSRecord, facts: DeadLetterFacts) => void deadLetters.push(facts),
  };
  const services = {
    ...{ table, tasks, now, queue, log, random: () => 0.5 },
    counters: { count: (metric: string) => void counted.push(metric), measure: () => {}, flush: () => {} },
    publish: async (some: readonly DomainEvent[]) => void events.push(...some),
  };
  const run = (...records: SQSRecord[]) => relayBatch({ Records: records }, services);
  return { situation, services, run, hidden, deadLetters, events, counted, log };
}

test('each record of a batch ends on its own, with a log context of its own', async () => {
  const { situation, run, events, counted, log } = relay();
  await storeWait(waitRequest('run-1', 0), situation, { graceSeconds: 0 });
  const records = [
    message(callback('c-1', 5)),
    message(callback('c-2', 5, { jiraStoryId: 'OTHER-1' })),
    message(callback('c-1', 5)),
  ];
  expect(await run(...records)).toEqual({ batchItemFailures: [] });
  expect(events.map(({ type }) => type).sort()).toEqual(
    expect.arrayContaining(['Callback Parked', 'Callback Relayed']),
  );
  expect(counted).toContain('CallbackRelayed');
  const finished = log.entries.filter((entry) => entry.message === 'callback finished');
  expect(finished.map(({ facts }) => [facts['callbackId'], facts['jiraStoryId']]).sort()).toEqual([
    ['c-1', 'PROJ-1'],
    ['c-1', 'PROJ-1'],
    ['c-2', 'OTHER-1'],
  ]);
});

test('a failure keeps only its own message, hidden for its backoff', async () => {
  const { situation, run, hidden, deadLetters } = relay();
  await storeWait(waitRequest('run-1', 0), situation, { graceSeconds: 0 });
  situation.tasks.beforeSend = () => {
    throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
  };
  const failing = message(callback('c-1', 5), 5);
  const fine = message(callback('c-2', 5, { jiraStoryId: 'OTHER-1' }));
  expect(await run(failing, fine)).toEqual({ batchItemFailures: [{ itemIdentifier: failing.messageId }] });
  expect(hidden).toEqual([16]); // half of 2 s × 2^4
  expect(deadLetters).toEqual([]);
});

describe('dead letters carry their reason', () => {
  test.each<[string, unknown, string, RegExp]>([
    ['no JSON', 'oops', 'UNREADABLE_JSON', /not JSON/],
    ['no envelope', { hello: 1 }, 'INVALID_ENVELOPE', /callbackId is missing, expected a callback id/],
    [
      'a newer schema',
      { ...callback('c-1', 5), schemaVersion: 2 },
      'INVALID_ENVELOPE',
      /schemaVersion is 2, expected 1/,
    ],
  ])('%s', async (_, body, reason, error) => {
    const { run, deadLetters, events, hidden } = relay();
    expect(await run(message(body))).toEqual({ batchItemFailures: [] });
    expect(deadLetters).toMatchObject([{ reason, error: expect.stringMatching(error) }]);
    expect(events).toMatchObject([{ type: 'Callback Dead-Lettered', detail: { reason } }]);
    expect(hidden).toEqual([]);
  });

  test('a damaged token, at once', async () => {
    const { situation, run, deadLetters } = relay();
    await storeWait(waitRequest('run-1', 0), situation, { graceSeconds: 0 });
    situation.tasks.beforeSend = () => {
      throw new DeadLetterError('INVALID_TASK_TOKEN', 'damaged');
    };
    await run(message(callback('c-1', 5)));
    expect(deadLetters).toMatchObject([{ reason: 'INVALID_TASK_TOKEN', jiraStoryId: 'PROJ-1', callbackId: 'c-1' }]);
  });

  test('what has not succeeded in all its attempts', async () => {
    const { situation, run, deadLetters } = relay();
    await storeWait(waitRequest('run-1', 0), situation, { graceSeconds: 0 });
    situation.tasks.beforeSend = () => {
      throw Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
    };
    expect((await run(message(callback('c-1', 5), 99))).batchItemFailures).toHaveLength(1);
    expect(deadLetters).toEqual([]);
    expect((await run(message(callback('c-1', 5), 100))).batchItemFailures).toEqual([]);
    expect(deadLetters).toMatchObject([
      { reason: 'RETRIES_EXHAUSTED', error: 'AccessDeniedException: not authorized' },
    ]);
  });
});

test('a queue that does not answer loses nothing: the message stays', async () => {
  const { services, run } = relay();
  services.queue.deadLetter = async () => {
    throw new Error('SQS is away');
  };
  const poisoned = message('oops');
  expect(await run(poisoned)).toEqual({ batchItemFailures: [{ itemIdentifier: poisoned.messageId }] });
});

test('no log line shows a task token', async () => {
  const { situation, run, log } = relay();
  await storeWait(waitRequest('run-1', 0, 'very-secret-token'), situation, { graceSeconds: 0 });
  await run(message(callback('c-1', 5)));
  expect(JSON.stringify(log.entries)).not.toContain('very-secret-token');
});
