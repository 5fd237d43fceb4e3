import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MovableClock, shiftDate } from '../../../local/clock.ts';
import { clientConfig, type RunningGateway, runGateway, temporaryDirectory } from '../gateway/running-gateway.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const directory = temporaryDirectory();
const clock = new MovableClock();
const RealDate = globalThis.Date;
let local: RunningGateway;
let sqs: SQSClient;

const open = async () => {
  local = await runGateway({ clock, dataDir: directory.path });
  sqs = new SQSClient({ ...clientConfig(local.gateway), systemClockOffset: 0 });
};
beforeAll(async () => {
  shiftDate(clock.offset);
  await open();
});
afterAll(async () => {
  sqs.destroy();
  await local.close();
  directory.remove();
  globalThis.Date = RealDate;
});

const send = (QueueUrl: string, MessageBody: string, more = {}) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
const receive = async (QueueUrl: string, more = {}) => {
  const input = { QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All' as const], ...more };
  return (await sqs.send(new ReceiveMessageCommand(input))).Messages ?? [];
};
const bodies = async (url: string, more = {}) => (await receive(url, more)).map(({ Body }) => Body);
async function depth(QueueUrl: string) {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  const { ApproximateNumberOfMessages: visible, ApproximateNumberOfMessagesNotVisible: hidden } = Attributes;
  return { visible, hidden, delayed: Attributes['ApproximateNumberOfMessagesDelayed'] };
}

test('messages that become visible are counted without a receiver', async () => {
  const { url } = local.queues.put({ name: 'depth' });
  await send(url, 'received');
  await receive(url, { VisibilityTimeout: 10 });
  await send(url, 'delayed', { DelaySeconds: 20 });
  expect(await depth(url)).toEqual({ visible: '0', hidden: '1', delayed: '1' });
  clock.advance(15_000);
  expect(await depth(url)).toEqual({ visible: '1', hidden: '0', delayed: '1' });
  clock.advance(15_000);
  expect(await depth(url)).toEqual({ visible: '2', hidden: '0', delayed: '0' });
});

describe('a message is kept for the retention period', () => {
  test.each([
    ['waiting', {}, {}],
    ['delayed', {}, { DelaySeconds: 900 }],
    ['received', { VisibilityTimeout: 0 }, {}],
    ['waiting.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' }, { MessageGroupId: 'g' }],
  ])('%s', async (name, { VisibilityTimeout, ...kind }: Record<string, unknown>, more) => {
    const attributes = { MessageRetentionPeriod: '1209600', ...(kind as Record<string, string>) };
    const { url } = local.queues.put({ name, attributes });
    await send(url, 'old', more);
    if (VisibilityTimeout === 0) expect(await bodies(url, { VisibilityTimeout })).toEqual(['old']);
    clock.advance(10 * DAY);
    await send(url, 'new', more);
    clock.advance(3 * DAY);
    expect(await bodies(url, { VisibilityTimeout: 0, MaxNumberOfMessages: 1 })).toHaveLength(1);
    clock.advance(2 * DAY);
    expect(await depth(url)).toEqual({ visible: '1', hidden: '0', delayed: '0' });
    expect(await bodies(url, { VisibilityTimeout: 0 })).toEqual(['new']);
    clock.advance(10 * DAY);
    expect(await depth(url)).toEqual({ visible: '0', hidden: '0', delayed: '0' });
  });

  test('also while it is invisible, and over a restart', async () => {
    const { url } = local.queues.put({ name: 'restarted', attributes: { MessageRetentionPeriod: '3600' } });
    await send(url, 'hidden');
    await receive(url, { VisibilityTimeout: 4 * 3600 });
    await send(url, 'kept');
    sqs.destroy();
    await local.close();
    await open();
    const { url: QueueUrl } = local.queues.put({ name: 'restarted', attributes: { MessageRetentionPeriod: '3600' } });
    expect(await depth(QueueUrl)).toEqual({ visible: '1', hidden: '1', delayed: '0' });
    clock.advance(HOUR);
    expect(await depth(QueueUrl)).toEqual({ visible: '0', hidden: '0', delayed: '0' });
  });

  test('a shorter period counts at once', async () => {
    const { url: QueueUrl } = local.queues.put({ name: 'shortened' });
    await send(QueueUrl, 'x');
    clock.advance(HOUR);
    const Attributes = { MessageRetentionPeriod: '60' };
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    expect(await bodies(QueueUrl)).toEqual([]);
  });
});

test('a dead letter keeps its count of receipts and its age', async () => {
  const dead = local.queues.put({ name: 'dead', attributes: { MessageRetentionPeriod: '7200' } });
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 });
  const { url } = local.queues.put({ name: 'source', attributes: { RedrivePolicy } });
  await send(url, 'x');
  expect(await receive(url, { VisibilityTimeout: 0 })).toMatchObject([
    { Attributes: { ApproximateReceiveCount: '1' } },
  ]);
  clock.advance(HOUR);
  expect(await receive(url)).toEqual([]);
  expect(await receive(dead.url, { VisibilityTimeout: 0 })).toMatchObject([
    { Attributes: { ApproximateReceiveCount: '2' } },
  ]);
  clock.advance(HOUR + 1_000);
  expect(await receive(dead.url)).toEqual([]);
});
