import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MovableClock, shiftDate } from '../../../local/clock.ts';
import { AwsError } from '../../../local/gateway/aws-error.ts';
import { ConnectionLost } from '../../../local/gateway/connection-lost.ts';
import { Gateway } from '../../../local/gateway/gateway.ts';
import { jsonService } from '../../../local/gateway/json-service.ts';
import type { AwsService } from '../../../local/gateway/service.ts';
import type { Iam } from '../../../local/iam/principal.ts';
import { clientConfig } from './running-gateway.ts';

const ADMIN = { kind: 'admin', arn: 'arn:aws:iam::000000000000:user/admin' } as const;
const OTHER = { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/other', sessionName: 's' } as const;

/** Lets the admin do everything and the role nothing. */
const iam: Iam = {
  accessKeyOf: () => {
    throw new Error('no test asks for a key');
  },
  principalOf: (key) => (key === 'OTHER' ? OTHER : ADMIN),
  authorize: (principal, requirements) => {
    if (principal.kind !== 'admin' && requirements.length > 0)
      throw new AwsError('AccessDeniedException', `may not ${requirements[0]?.action}`, { status: 403 });
  },
  trusts: () => false,
};

const queues = jsonService({
  name: 'sqs',
  targetPrefix: 'AmazonSQS',
  version: '1.0',
  actions: {
    ListQueues: { requires: () => [{ action: 'sqs:ListQueues', resource: '*' }], run: () => ({ QueueUrls: ['one'] }) },
    SendMessage: {
      requires: () => [],
      run: () => {
        throw new Error('a secret detail');
      },
    },
  },
});
const topics: AwsService = {
  name: 'sns',
  requires: () => [],
  handle: async () => {
    throw new AwsError('NotFound', 'Topic <x> does not exist', { status: 404 });
  },
};

const interceptors: Gateway['interceptors'] = [];
const gateway = new Gateway({
  iam,
  services: [queues, topics],
  interceptors,
  routes: [
    {
      prefix: '/_storygate/',
      handle: async ({ url, body }) => {
        if (url.endsWith('lost')) throw new ConnectionLost('the call');
        if (url.endsWith('broken')) throw new AwsError('Teapot', 'short and stout', { status: 418 });
        return { status: 200, headers: { 'x-route': 'own' }, body: `${url} ${body}` };
      },
    },
  ],
});
const sqs = () => new SQSClient(clientConfig(gateway));

beforeAll(() => gateway.listen(0));
afterAll(() => gateway.close());

async function raw(path: string, headers: Record<string, string>, body = '', method = 'POST') {
  const request = httpRequest(`${gateway.url}${path}`, { method, headers });
  request.end(body);
  const [response] = await once(request, 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

test('a request finds its service, and its answer has an id', async () => {
  const { QueueUrls, $metadata } = await sqs().send(new ListQueuesCommand({}));
  expect(QueueUrls).toEqual(['one']);
  expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
});

test('who may not is refused before the service is asked', async () => {
  const credentials = { accessKeyId: 'OTHER', secretAccessKey: 'x' };
  const client = new SQSClient({ ...clientConfig(gateway), credentials });
  await expect(client.send(new ListQueuesCommand({}))).rejects.toMatchObject({ message: 'may not sqs:ListQueues' });
  const query = { service: 'sqs', action: 'ListQueues' };
  await expect(gateway.call(OTHER, query)).rejects.toMatchObject({ code: 'AccessDeniedException' });
  expect(JSON.parse(String((await gateway.call(ADMIN, query)).body))).toEqual({ QueueUrls: ['one'] });
});

test('errors come in the protocol of the service', async () => {
  const sns = new SNSClient(clientConfig(gateway));
  await expect(sns.send(new ListTopicsCommand({}))).rejects.toMatchObject({
    name: 'NotFoundException',
    message: 'Topic <x> does not exist',
  });
  const s3 = await raw('/bucket/key', {}, '', 'GET');
  expect(s3.status).toBe(400);
  expect(s3.body).toContain(
    '<Code>UnknownOperationException</Code><Message>The local runtime does not serve s3:GetObject.',
  );
});

test('what is not served is named', async () => {
  const unknown = await raw('/', { 'x-amz-target': 'TrentService.Decrypt' }, '{}');
  expect(JSON.parse(unknown.body)).toEqual({
    __type: 'UnknownOperationException',
    message: 'The local runtime does not serve "TrentService.Decrypt".',
  });
  const action = await raw('/', { 'x-amz-target': 'AmazonSQS.AddPermission' }, '{}');
  expect(JSON.parse(action.body).message).toBe('The local runtime does not serve sqs:AddPermission.');
  const lambda = new LambdaClient(clientConfig(gateway));
  await expect(lambda.send(new ListFunctionsCommand({}))).rejects.toMatchObject({
    name: 'UnknownOperationException',
    message: 'The local runtime does not serve lambda:ListFunctions.',
  });
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const old = await raw('/', form, 'Action=ListQueues&Version=2012-11-05');
  expect(old.body).toContain('use AWS CLI 1.29.64, 2.13.28 or later');
});

test.each([
  ['a presigned URL of S3', 's3:PutObject', 'PUT', '/b/k?X-Amz-Credential=x/20300101/us-east-1/s3/aws4_request', ''],
  ['an unsigned request to S3', 's3:PutObject', 'PUT', '/b/k', ''],
  ['a parameter of the same name', 's3:PutObject', 'PUT', '/b/k?Action=x', ''],
  ['a signed request to S3', 's3:DeleteObjects', 'POST', '/b?delete', 'x/20300101/us-east-1/s3/aws4_request'],
  ['an unsigned invocation', 'lambda:Invoke', 'POST', '/2015-03-31/functions/f/invocations', ''],
  ['a query of SQS', 'in the query protocol', 'POST', '/000000000000/queue', ''],
  [
    'a query of SNS',
    '<ErrorResponse><Error><Type>Sender</Type><Code>NotFound',
    'POST',
    '/',
    'x/20300101/us-east-1/sns/aws4_request',
  ],
])("%s is known by more than a form's content type", async (_, served, method, path, signedBy) => {
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    ...(signedBy !== '' && { authorization: `AWS4-HMAC-SHA256 Credential=${signedBy}, Signature=x` }),
  };
  const { body } = await raw(path, headers, 'Action=x&Version=2012-11-05', method);
  expect(body).toContain(served);
});

test('a body that is no JSON object is refused', async () => {
  const { status, body } = await raw('/', { 'x-amz-target': 'AmazonSQS.ListQueues' }, '{"a":');
  expect(status).toBe(400);
  expect(JSON.parse(body)).toMatchObject({ __type: 'SerializationException' });
});

test('a fault shows no detail to the caller', async () => {
  const logged: unknown[] = [];
  const real = console.error;
  console.error = (...values) => logged.push(...values);
  const { status, body } = await raw('/', { 'x-amz-target': 'AmazonSQS.SendMessage' }, '{}');
  console.error = real;
  expect(status).toBe(500);
  expect(body).not.toContain('secret detail');
  expect(JSON.parse(body).message).toContain('failed at sqs:SendMessage');
  expect(String(logged[1])).toContain('a secret detail');
});

test('other hosts and pages from elsewhere are refused', async () => {
  const target = { 'x-amz-target': 'AmazonSQS.ListQueues' };
  const rebound = await raw('/', { ...target, host: 'evil.example:4566' }, '{}');
  expect([rebound.status, JSON.parse(rebound.body).message]).toEqual([
    403,
    'The local runtime serves localhost only, not the host "evil.example:4566".',
  ]);
  expect((await raw('/', { ...target, origin: 'https://evil.example' }, '{}')).status).toBe(403);
  expect((await raw('/', { ...target, origin: 'http://localhost:5173' }, '{}')).status).toBe(200);
});

test('routes get their requests whole', async () => {
  const answer = await raw('/_storygate/clock?x=1', {}, 'body');
  expect(answer).toMatchObject({ status: 200, headers: { 'x-route': 'own' }, body: '/_storygate/clock?x=1 body' });
});

test('the runtime itself calls its routes without a socket', async () => {
  const call = (path: string, method = 'POST') =>
    gateway.fetch(new URL(path, gateway.url), { method, rawHeaders: [], body: Buffer.from('body') });
  expect(await call('/_storygate/clock?x=1')).toMatchObject({ status: 200, body: '/_storygate/clock?x=1 body' });
  expect(await call('/_storygate/clock', 'HEAD')).toMatchObject({ status: 200, body: '' });
  expect(await call('/_storygate/broken')).toMatchObject({ status: 418, body: '{"message":"short and stout"}' });
  await expect(call('/_storygate/lost')).rejects.toThrow(ConnectionLost);
  expect(call('/bucket/key')).toBeUndefined();
  expect(call('http://127.0.0.1:1/_storygate/clock')).toBeUndefined();
});

test('interceptors stand between permission and service', async () => {
  interceptors.push(async (request, next) => {
    if (request.action === 'ListQueues') throw new AwsError('ThrottlingException', 'Rate exceeded');
    return next();
  });
  await expect(sqs().send(new ListQueuesCommand({}))).rejects.toMatchObject({ name: 'ThrottlingException' });
  interceptors.length = 0;
  expect((await sqs().send(new ListQueuesCommand({}))).QueueUrls).toEqual(['one']);
});

test('a taken port is one clear line', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(new Gateway({ iam, services: [] }).listen(port)).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is taken: stop what listens there, or choose another port with --port.`,
  );
  other.close();
});

test('the date of an answer follows a moved clock, lest SDKs think that theirs is wrong', async () => {
  const RealDate = globalThis.Date;
  const clock = new MovableClock();
  try {
    shiftDate(clock.offset);
    const ahead = Date.now();
    clock.advance(86_400_000);
    const response = await fetch(`${gateway.url}/_storygate/health`);
    expect(Date.parse(response.headers.get('date') ?? '') - ahead).toBeGreaterThan(86_000_000);
  } finally {
    globalThis.Date = RealDate;
  }
});
