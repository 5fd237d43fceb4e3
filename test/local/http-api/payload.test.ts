import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Compute } from '../lambda/local-compute.ts';
import { json, putApi, startApis } from './local-api.ts';

let local: Compute;

beforeAll(async () => {
  local = await startApis();
});

afterAll(() => local.stop());

describe('the event', () => {
  test('has payload format 2.0', async () => {
    const endpoint = putApi(
      local,
      'format',
      { 'POST /orders/{id}': 'echo' },
      { stage: { variables: { color: 'blue' } } },
    );

    const { body } = await json(
      await fetch(`${endpoint}/orders/a%20b?tag=x&tag=y%26z&empty=`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Cookie: 'a=1; b=2', 'User-Agent': 'curl/8', 'X-One': '1' },
        body: '{"n":1}',
      }),
    );

    expect(body).toEqual({
      version: '2.0',
      routeKey: 'POST /orders/{id}',
      rawPath: '/orders/a b',
      rawQueryString: 'tag=x&tag=y%26z&empty=',
      cookies: ['a=1', 'b=2'],
      headers: expect.objectContaining({
        'content-type': 'application/json',
        'content-length': '7',
        host: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        'user-agent': 'curl/8',
        'x-one': '1',
        'x-forwarded-proto': 'http',
      }),
      queryStringParameters: { tag: 'x,y&z', empty: '' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'format',
        domainName: 'format.execute-api.us-east-1.amazonaws.com',
        domainPrefix: 'format',
        http: {
          method: 'POST',
          path: '/orders/a b',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'curl/8',
        },
        requestId: expect.any(String),
        routeKey: 'POST /orders/{id}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      pathParameters: { id: 'a b' },
      stageVariables: { color: 'blue' },
      body: '{"n":1}',
      isBase64Encoded: false,
    });
    expect(body).not.toHaveProperty('headers.cookie');
  });

  test.each([
    ['text/plain; charset=utf-8', 'hi', false],
    ['application/vnd.api+json', 'aGk=', true],
    ['application/x-www-form-urlencoded', 'aGk=', true],
    ['application/octet-stream', 'aGk=', true],
  ])('has a body of %s as %s', async (type, body, isBase64Encoded) => {
    const endpoint = putApi(local, 'bodies', { 'POST /': 'echo' });

    const answer = await fetch(`${endpoint}/`, { method: 'POST', headers: { 'content-type': type }, body: 'hi' });

    expect(await answer.json()).toMatchObject({ body, isBase64Encoded });
  });

  test('leaves out what is empty', async () => {
    const endpoint = putApi(local, 'empty', { 'GET /': 'echo' });

    const { body } = await json(await fetch(`${endpoint}/`));

    for (const member of ['body', 'cookies', 'queryStringParameters', 'pathParameters', 'stageVariables'])
      expect(body).not.toHaveProperty(member);
  });

  test('names the stage in its paths, unless it is the default one', async () => {
    const endpoint = putApi(local, 'staged', { 'GET /x': 'echo' }, { stage: { name: 'v1' } });

    const { body } = await json(await fetch(`${endpoint}/v1/x`));

    expect(body).toMatchObject({ rawPath: '/v1/x', requestContext: { stage: 'v1', http: { path: '/v1/x' } } });
    expect((await fetch(`${endpoint}/x`)).status).toBe(404);
  });
});

describe('the route', () => {
  test.each([
    ['GET', '/a/b', 'GET /a/b'],
    ['POST', '/a/b', 'ANY /a/b'],
    ['GET', '/a/c', 'GET /a/{id}'],
    ['GET', '/a/c/d', 'GET /a/{rest+}'],
    ['GET', '/z', '$default'],
    ['DELETE', '/a/c', '$default'],
  ])('of %s %s is %s', async (method, path, routeKey) => {
    const endpoint = putApi(local, 'routes', {
      $default: 'echo',
      'GET /a/{rest+}': 'echo',
      'GET /a/{id}': 'echo',
      'ANY /a/b': 'echo',
      'GET /a/b': 'echo',
    });

    expect(await (await fetch(`${endpoint}${path}`, { method })).json()).toMatchObject({ routeKey });
  });

  test.each([
    ['/a%20b', '/a b', 'GET /{id}', { id: 'a b' }],
    ['/a%2Fb', '/a/b', 'GET /{id}/{part}', { id: 'a', part: 'b' }],
    ['/a%252Fb', '/a%2Fb', 'GET /{id}', { id: 'a%2Fb' }],
    ['/%66ixed', '/fixed', 'GET /fixed', undefined],
    ['/100%', '/100%', 'GET /{id}', { id: '100%' }],
  ])('of %s is found for the decoded %s', async (sent, rawPath, routeKey, pathParameters) => {
    const endpoint = putApi(local, 'encoded', {
      'GET /{id}': 'echo',
      'GET /{id}/{part}': 'echo',
      'GET /fixed': 'echo',
    });

    const { body } = await json(await fetch(`${endpoint}${sent}`));

    expect(body).toMatchObject({ routeKey, rawPath, requestContext: { http: { path: rawPath } } });
    expect(Object(body).pathParameters).toEqual(pathParameters);
  });

  test('that is not there is answered with 404', async () => {
    const endpoint = putApi(local, 'missing', { 'POST /callback': 'echo' });

    for (const [method, path] of [
      ['GET', '/callback'],
      ['POST', '/other'],
      ['POST', '/callback/'],
    ])
      expect(await json(await fetch(`${endpoint}${path}`, { method: method ?? 'GET' }))).toEqual({
        status: 404,
        body: { message: 'Not Found' },
      });
    expect((await fetch(`${local.gateway.url}/_apis/nobody/x`)).status).toBe(404);
  });
});
