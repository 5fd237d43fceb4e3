import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MovableClock } from '../../../local/clock.ts';
import { Faults } from '../../../local/faults/faults.ts';
import { faultyRoute } from '../../../local/faults/faulty-route.ts';
import { Gateway } from '../../../local/gateway/gateway.ts';
import type { HttpRoute } from '../../../local/gateway/http-route.ts';
import { RoleRegistry } from '../../../local/iam/role-registry.ts';
import { eventually } from '../../support/eventually.ts';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

const clock = new MovableClock();
const faults = new Faults(clock);
let local: RunningGateway;
let s3: S3Client;
let sqs: SQSClient;
let letters: string;

beforeAll(async () => {
  local = await runGateway({ faults });
  local.buckets.put({ name: 'files' });
  letters = local.queues.put({ name: 'letters' }).url;
  s3 = new S3Client({ ...clientConfig(local.gateway), forcePathStyle: true });
  sqs = new SQSClient(clientConfig(local.gateway));
});
beforeEach(() => faults.replace({ faults: [] }));
afterAll(() => local?.close());

const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket: 'files', Key, Body: 'x' }));
const get = (Key: string) => s3.send(new GetObjectCommand({ Bucket: 'files', Key }));

describe('SDK clients see', () => {
  test('throttling by its name', async () => {
    faults.replace({ faults: [{ kind: 'throttle', service: '*' }] });
    await expect(put('a')).rejects.toMatchObject({ name: 'SlowDown' });
    const send = sqs.send(new SendMessageCommand({ QueueUrl: letters, MessageBody: 'x' }));
    await expect(send).rejects.toMatchObject({ name: 'RequestThrottled' });
  });

  test('a lost answer as a broken connection, and the object is there', async () => {
    faults.replace({
      faults: [{ kind: 'lost-response', service: 's3', action: 'PutObject', resource: '*files/lost' }],
    });
    await expect(put('lost')).rejects.toThrow('socket hang up');
    expect((await get('lost')).ContentLength).toBe(1);
  });

  test('a timeout as a broken connection, and nothing has happened', async () => {
    faults.replace({ faults: [{ kind: 'timeout', service: 's3', action: 'PutObject', afterMs: 0 }] });
    await expect(put('never')).rejects.toThrow('socket hang up');
    await expect(get('never')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('the second try succeed', async () => {
    faults.replace({ faults: [{ kind: 'error', service: 's3', count: 1 }] });
    const patient = new S3Client({ ...clientConfig(local.gateway), forcePathStyle: true, maxAttempts: 2 });
    await patient.send(new PutObjectCommand({ Bucket: 'files', Key: 'twice', Body: 'x' }));
    expect(faults.report().faults).toMatchObject([{ turns: 2, strikes: 1 }]);
  });
});

describe('queues', () => {
  const receive = async () => {
    const answer = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: letters, MessageSystemAttributeNames: ['ApproximateReceiveCount'] }),
    );
    return answer.Messages?.[0];
  };
  const remove = (ReceiptHandle = '') => sqs.send(new DeleteMessageCommand({ QueueUrl: letters, ReceiptHandle }));

  test('deliver a deleted message again, with the same id', async () => {
    faults.replace({ faults: [{ kind: 'duplicate', service: 'sqs', resource: '*:letters', count: 1 }] });
    const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl: letters, MessageBody: 'again' }));
    await remove((await receive())?.ReceiptHandle);
    const again = await receive();
    expect(again).toMatchObject({ MessageId, Attributes: { ApproximateReceiveCount: '2' } });
    await remove(again?.ReceiptHandle);
    expect(await receive()).toBeUndefined();
  });

  test('deliver late', async () => {
    faults.replace({ faults: [{ kind: 'delay', service: 'sqs', delayMs: 40 }] });
    await sqs.send(new SendMessageCommand({ QueueUrl: letters, MessageBody: 'late' }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: letters, AttributeNames: ['ApproximateNumberOfMessagesDelayed'] }),
    );
    expect(Attributes).toEqual({ ApproximateNumberOfMessagesDelayed: '1' });
    const late = await eventually('the message', receive);
    await remove(late.ReceiptHandle);
  });
});

describe('HTTP APIs', () => {
  let served = 0;
  const route: HttpRoute = {
    prefix: '/_apis/',
    handle: async () => {
      served += 1;
      return { status: 202, headers: {}, body: 'taken' };
    },
  };
  const gateway = new Gateway({ iam: new RoleRegistry({ clock }), services: [], routes: [faultyRoute(route, faults)] });
  beforeAll(() => gateway.listen(0));
  beforeEach(() => {
    served = 0;
  });
  afterAll(() => gateway.close());

  const post = async () => {
    const response = await fetch(`${gateway.url}/_apis/abc/callback?x=1`, { method: 'POST' });
    return [response.status, await response.text()];
  };

  test('throttle and fail as API Gateway does', async () => {
    const calls = { service: 'execute-api', action: 'POST /callback', count: 1 };
    faults.replace({
      faults: [
        { kind: 'throttle', ...calls },
        { kind: 'error', ...calls },
      ],
    });
    expect([await post(), await post(), await post()]).toEqual([
      [429, '{"message":"Too Many Requests"}'],
      [503, '{"message":"Service Unavailable"}'],
      [202, 'taken'],
    ]);
    expect(served).toBe(1);
  });

  test('lose an answer after the work was done', async () => {
    faults.replace({ faults: [{ kind: 'lost-response', service: 'execute-api', count: 1 }] });
    await expect(post()).rejects.toThrow('fetch failed');
    expect(served).toBe(1);
    expect(await post()).toEqual([202, 'taken']);
  });
});
