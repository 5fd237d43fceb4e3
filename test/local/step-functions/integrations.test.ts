import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { MovableClock } from '../../../local/clock.ts';
import { AwsError } from '../../../local/gateway/aws-error.ts';
import { ConnectionLost } from '../../../local/gateway/connection-lost.ts';
import { Gateway } from '../../../local/gateway/gateway.ts';
import type { HttpRoute, RouteRequest, RouteResponse } from '../../../local/gateway/http-route.ts';
import type { Requirement } from '../../../local/iam/principal.ts';
import { RoleRegistry } from '../../../local/iam/role-registry.ts';
import { type Answer, Fixture, OPEN_IAM } from './fixture.ts';

let server: Server | undefined;

afterEach(() => {
  jest.restoreAllMocks();
  server?.close();
  server?.closeAllConnections();
});

interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A server on a free port that keeps what it is asked. */
async function serve(answer: (seen: Seen, response: ServerResponse) => void): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const one = { method, url, headers, body: Buffer.concat(chunks).toString() };
    seen.push(one);
    answer(one, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { url: `http://127.0.0.1:${isPort(address) ? address.port : 0}`, seen };
}

function isPort(address: AddressInfo | string | null | undefined): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

const task = (resource: string, more: object) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'Call',
  States: { Call: { Type: 'Task', Resource: `arn:aws:states:::${resource}`, End: true, ...more } },
});

const http = (ApiEndpoint: string, more: object = {}) =>
  task('http:invoke', {
    Arguments: { ApiEndpoint, Method: 'POST', InvocationConfig: { ConnectionArn: 'connection' }, ...more },
  });

const connections = {
  connectionCredentials: () => ({
    headers: { Authorization: 'Bearer t0p' },
    query: { from: 'connection' },
    body: { added: true },
  }),
};

async function run(fixture: Fixture, definition: object): Promise<Answer> {
  const ended = await fixture.ended(await fixture.run(definition));
  await fixture.close();
  return ended;
}

test('an HTTP task sends what the state and the connection say, and answers with status, headers and body', async () => {
  const { url, seen } = await serve((_seen, response) => {
    response.writeHead(201, { 'content-type': 'application/json' }).end('{"id":7}');
  });
  const required: Requirement[] = [];
  const authorize = (_principal: unknown, requirements: readonly Requirement[]) => required.push(...requirements);
  const fixture = new Fixture({ tasks: { connections }, iam: { ...OPEN_IAM, authorize } });
  const more = { Headers: { 'X-Own': 'a' }, QueryParameters: { q: 'b c' }, RequestBody: { n: 1 } };
  const ended = await run(fixture, http(`${url}/deploy`, more));
  expect(JSON.parse(ended['output'])).toMatchObject({
    StatusCode: 201,
    StatusText: 'Created',
    ResponseBody: { id: 7 },
    Headers: { 'content-type': ['application/json'] },
  });
  expect(seen[0]).toMatchObject({
    method: 'POST',
    url: '/deploy?q=b+c&from=connection',
    headers: { authorization: 'Bearer t0p', 'x-own': 'a', 'content-type': 'application/json' },
    body: '{"n":1,"added":true}',
  });
  expect(required).toEqual([
    {
      action: 'states:InvokeHTTPEndpoint',
      resource: 'arn:aws:states:us-east-1:000000000000:stateMachine:machine',
      context: { 'states:httpendpoint': `${url}/deploy`, 'states:httpmethod': 'POST' },
    },
  ]);
});

test('an answer that is no success is an error named after its status', async () => {
  const { url } = await serve((_seen, response) => {
    response.writeHead(429).end('slow down');
  });
  const ended = await run(new Fixture({ tasks: { connections } }), http(url));
  expect(ended).toMatchObject({ status: 'FAILED', error: 'States.Http.StatusCode.429', cause: 'slow down' });
});

test('a server that is not there is a socket error', async () => {
  const ended = await run(new Fixture({ tasks: { connections } }), http('http://127.0.0.1:1/'));
  expect(ended).toMatchObject({ status: 'FAILED', error: 'States.Http.Socket' });
});

test('a local API is found on the address that the gateway has now', async () => {
  const { url, seen } = await serve((_seen, response) => void response.end('{}'));
  const tasks = { connections, endpoint: () => url };
  expect(await run(new Fixture({ tasks }), http('http://127.0.0.1:1/_apis/abc/validation'))).toMatchObject({
    status: 'SUCCEEDED',
  });
  expect(seen[0]?.url).toBe('/_apis/abc/validation?from=connection');
});

describe('a local API is called within the process, and answers as it does over the network', () => {
  const seen: RouteRequest[] = [];
  const answers: Readonly<Record<string, RouteResponse>> = {
    json: { status: 202, headers: { 'content-type': 'application/json', 'x-many': 'a, b' }, body: '{"id":7}' },
    cookies: { status: 200, headers: { 'set-cookie': ['a=1', 'b=2'] }, body: 'text' },
    packed: {
      status: 200,
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync('{"packed":true}'),
    },
    marked: { status: 200, headers: { 'content-type': 'application/json' }, body: '\uFEFF{"marked":true}' },
    moved: { status: 302, headers: { location: 'json' }, body: '' },
    kept: { status: 307, headers: { location: '/_apis/abc/json' }, body: '' },
    nothing: { status: 204, headers: {}, body: 'not sent' },
    refused: { status: 403, headers: { date: 'yesterday' }, body: '{"message":"Forbidden"}' },
    broken: { status: 200, headers: { 'x-broken': 'two\nlines' }, body: '' },
  };
  const route: HttpRoute = {
    prefix: '/_apis/',
    handle: async (request) => {
      seen.push(request);
      return answers[request.url.replace(/^.*\/|\?.*$/g, '')] ?? { status: 404, headers: {}, body: '' };
    },
  };
  const gateway = new Gateway({ iam: new RoleRegistry({ clock: new MovableClock() }), services: [], routes: [route] });
  beforeAll(() => gateway.listen(0));
  afterAll(() => gateway.close());

  /** The end of an execution, and what the API has seen, without what differs from one call to the next. */
  async function called(name: string, fetch: Gateway['fetch']) {
    seen.length = 0;
    const tasks = { connections, endpoint: () => gateway.url, fetch };
    const task = http(`${gateway.url}/_apis/abc/${name}`, { RequestBody: { n: 1 } });
    const { output = 'null', error, cause } = await run(new Fixture({ tasks }), task);
    const { Headers = {}, ...answer } = JSON.parse(output) ?? {};
    const { connection, 'keep-alive': keepAlive, date, 'x-amzn-requestid': requestId, ...headers } = Headers;
    const requests = seen.map(({ method, url, body }) => ({ method, url, body: String(body) }));
    return { error, cause: cause?.replace(/[0-9a-f-]{36}/, '<id>'), ...answer, headers, dated: !!date, requests };
  }

  test.each(Object.keys(answers))('%s', async (name) => {
    jest.spyOn(console, 'error').mockReturnValue(); // where the gateway says what is broken
    const near = await called(name, (...call) => gateway.fetch(...call));
    const { rawHeaders = [] } = seen[0] ?? {};
    expect(near).toEqual(await called(name, () => undefined));
    expect(near.requests[0]).toMatchObject({ method: 'POST', body: '{"n":1,"added":true}' });
    expect(rawHeaders).toEqual(
      expect.arrayContaining([
        'host',
        new URL(gateway.url).host,
        'authorization',
        'Bearer t0p',
        'content-length',
        '20',
      ]),
    );
  });
});

test.each(['Host', 'Origin', 'Authorization', 'X-Forwarded-For', 'x-amz-date'])(
  'the header %s is not for an HTTP task to set',
  async (name) => {
    const { url, seen } = await serve((_seen, response) => void response.end('{}'));
    const task = http(url, { Headers: { 'X-Own': 'a', [name]: 'x' } });
    expect(await run(new Fixture({ tasks: { connections } }), task)).toMatchObject({
      error: 'States.Runtime',
      cause: `The field 'Headers' of invoke contains headers that an HTTP task may not set: ${name}`,
    });
    expect(seen).toEqual([]);
  },
);

test('a redirect to another host takes no credentials along', async () => {
  const { url, seen } = await serve((_seen, response) => void response.end('{}'));
  const away = async () => ({ status: 307, headers: { location: `${url}/there` }, body: '' });
  const tasks = { connections, endpoint: () => 'http://127.0.0.1:1', fetch: away };
  const task = http('http://127.0.0.1:1/_apis/abc/x', { RequestBody: { n: 1 } });
  expect(await run(new Fixture({ tasks }), task)).toMatchObject({ status: 'SUCCEEDED' });
  expect(seen[0]).toMatchObject({ url: '/there', body: '{"n":1,"added":true}' });
  expect(seen[0]?.headers).not.toHaveProperty('authorization');
});

test('a local API that a fault keeps from answering is a socket error', async () => {
  const own = () => Promise.reject(new ConnectionLost('the call'));
  const ended = await run(
    new Fixture({ tasks: { connections, endpoint: () => 'http://127.0.0.1:1', fetch: own } }),
    http('http://127.0.0.1:1/_apis/abc/x'),
  );
  expect(ended).toMatchObject({
    error: 'States.Http.Socket',
    cause: 'The HTTP request to http://127.0.0.1:1 failed: The connection was closed before the call was answered.',
  });
});

test('an endpoint elsewhere has to be https', async () => {
  const ended = await run(new Fixture({ tasks: { connections } }), http('http://example.com/'));
  expect(ended['cause']).toBe("The field 'ApiEndpoint' of invoke must begin with https://, not 'http://example.com/'");
});

test('a role that may not call the endpoint is named', async () => {
  const authorize = () => {
    throw new AwsError('AccessDeniedException', 'role x may not');
  };
  const ended = await run(new Fixture({ iam: { ...OPEN_IAM, authorize } }), http('https://example.com/'));
  expect(ended).toMatchObject({
    error: 'States.Permissions',
    cause:
      'AWS Step Functions is not authorized to perform states:InvokeHTTPEndpoint on API Endpoint https://example.com/. Ensure that the StateMachine role contains the states:InvokeHTTPEndpoint permission for the given API Endpoint. role x may not',
  });
});

const getObject = task('aws-sdk:s3:getObject', { Arguments: { Bucket: 'b', Key: 'inputs/a.json' } });

test('an SDK integration signs with the role, and shows blobs as text', async () => {
  const { url, seen } = await serve((_seen, response) => {
    response.writeHead(200, { etag: '"e"', 'last-modified': 'Mon, 05 Dec 2016 21:29:29 GMT' }).end('{"ok":true}');
  });
  const ended = await run(new Fixture({ tasks: { endpoint: () => url } }), getObject);
  expect(JSON.parse(ended['output'])).toMatchObject({
    Body: '{"ok":true}',
    ETag: '"e"',
    LastModified: '2016-12-05T21:29:29.000Z',
  });
  expect(seen[0]?.url).toContain('/b/inputs/a.json');
  expect(seen[0]?.headers.authorization).toContain('Credential=arn:aws:iam::000000000000:role/states/');
});

const s3Error = (code: string, message: string) => `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;

test.each([
  ['NoSuchKey', 404, 'S3.NoSuchKeyException'],
  ['AccessDenied', 403, 'S3.S3Exception'],
])('the error %s of an SDK integration', async (code, status, error) => {
  const { url } = await serve((_seen, response) => {
    const headers = { 'content-type': 'application/xml', 'x-amz-request-id': 'R1', 'x-amz-id-2': 'X2' };
    response.writeHead(status, headers).end(s3Error(code, 'Not here.'));
  });
  const ended = await run(new Fixture({ tasks: { endpoint: () => url } }), getObject);
  expect(ended).toMatchObject({
    error,
    cause: `Not here. (Service: S3, Status Code: ${status}, Request ID: R1, Extended Request ID: X2)`,
  });
});

test.each([
  ['an SDK integration', getObject, 'S3.SdkClientException'],
  [
    'an optimized integration',
    task('dynamodb:getItem', { Arguments: { TableName: 't', Key: { id: { S: '1' } } } }),
    'DynamoDB.SdkClientException',
  ],
])('%s that gets no answer ends with the error for that', async (_, definition, error) => {
  const { url } = await serve((_seen, response) => void response.destroy());
  const ended = await run(new Fixture({ tasks: { endpoint: () => url } }), definition);
  expect(ended).toMatchObject({
    error,
    cause: expect.stringMatching(/^Unable to execute HTTP request: .*socket hang up$/),
  });
});

test('lower-case members of an API are written with a capital, both ways', async () => {
  const { url, seen } = await serve((_seen, response) => {
    const body = JSON.stringify({
      stateMachines: [{ stateMachineArn: 'm', name: 'n', creationDate: 1.5, type: 'STANDARD' }],
    });
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
  });
  const definition = task('aws-sdk:sfn:listStateMachines', { Arguments: { MaxResults: 5 } });
  const ended = await run(new Fixture({ tasks: { endpoint: () => url } }), definition);
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ maxResults: 5 });
  expect(JSON.parse(ended['output'])).toEqual({
    StateMachines: [{ CreationDate: '1970-01-01T00:00:01.500Z', Name: 'n', StateMachineArn: 'm', Type: 'STANDARD' }],
  });
});

test('an optimized integration adds the exchange, and names errors in its own way', async () => {
  const { url } = await serve((_seen, response) => {
    const body = JSON.stringify({
      __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
      message: 'No.',
    });
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'R1' }).end(body);
  });
  const definition = task('dynamodb:putItem', { Arguments: { TableName: 't', Item: { id: { S: '1' } } } });
  expect(await run(new Fixture({ tasks: { endpoint: () => url } }), definition)).toMatchObject({
    error: 'DynamoDB.ConditionalCheckFailedException',
    cause:
      'No. (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException; Request ID: R1; Proxy: null)',
  });
});

test('a function that Lambda refuses to run is an error of Lambda', async () => {
  const invoke = async () => {
    throw new AwsError('AccessDeniedException', 'User: x is not authorized to perform: lambda:InvokeFunction', {
      status: 403,
    });
  };
  const ended = await run(new Fixture({ lambda: invoke }), task('lambda:invoke', { Arguments: { FunctionName: 'f' } }));
  expect(ended['error']).toBe('Lambda.AWSLambdaException');
  expect(ended['cause']).toMatch(
    /^User: x is not authorized to perform: lambda:InvokeFunction \(Service: AWSLambda; Status Code: 403; Error Code: AccessDeniedException; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
  );
});
