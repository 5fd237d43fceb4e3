import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Compute, ROLE_ARN } from '../lambda/local-compute.ts';
import { json, putApi, startApis } from './local-api.ts';

let local: Compute;

/** A stage with an access log of this format. */
const logging = (format: string) => ({
  stage: { accessLog: { groupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/apigateway/answers:*', format } },
});

beforeAll(async () => {
  local = await startApis();
});

afterAll(() => local.stop());

describe('the answer', () => {
  const answer = async (result: unknown) => {
    const endpoint = putApi(local, 'answers', { 'POST /': 'answer' });
    const headers = { 'content-type': 'application/json' };
    return fetch(`${endpoint}/`, { method: 'POST', headers, body: JSON.stringify(result) });
  };

  test('is what the function says', async () => {
    const response = await answer({
      statusCode: 202,
      headers: { 'Content-Type': 'application/json', 'X-Count': 3 },
      cookies: ['a=1', 'b=2; Secure'],
      body: '{"ok":true}',
    });

    expect(response.status).toBe(202);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('x-count')).toBe('3');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2; Secure']);
    expect(response.headers.get('apigw-requestid')).toMatch(/.+/);
    expect(await response.text()).toBe('{"ok":true}');
  });

  test('may be binary', async () => {
    const response = await answer({ statusCode: 200, body: 'AP8=', isBase64Encoded: true });

    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255]);
  });

  test.each([
    [{ any: 'thing' }, '{"any":"thing"}'],
    ['text', 'text'],
    [null, 'null'],
  ])('is JSON with 200 for %j', async (result, body) => {
    const response = await answer(result);

    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await response.text()).toBe(body);
  });

  test.each([
    [{ statusCode: 'many' }],
    [{ statusCode: 200, body: { no: 'text' } }],
    [{ statusCode: 200, headers: { 'no name': 'x' } }],
    [{ statusCode: 200, headers: { 'x-lines': 'one\ntwo' } }],
    [{ statusCode: 200, cookies: ['a=\n'] }],
  ])('is 500 for the malformed %j, and the access log says why', async (result) => {
    const endpoint = putApi(local, 'malformed', { 'POST /': 'answer' }, logging('$context.integrationErrorMessage'));
    const headers = { 'content-type': 'application/json' };

    const response = await fetch(`${endpoint}/`, { method: 'POST', headers, body: JSON.stringify(result) });

    expect(response.statusText).toBe('Internal Server Error');
    expect(await json(response)).toEqual({ status: 500, body: { message: 'Internal Server Error' } });
    expect(local.log.at(-1)?.message).toBe('The response from the Lambda function is malformed');
  });

  test('has no headers that are about the connection', async () => {
    const headers = { 'Transfer-Encoding': 'chunked', Connection: 'close', Upgrade: 'h2c', 'Content-Length': '99' };
    const response = await answer({ statusCode: 200, headers, body: 'ok' });

    expect(await response.text()).toBe('ok');
    expect(response.headers.get('content-length')).toBe('2');
    expect(response.headers.get('transfer-encoding')).toBeNull();
    expect(response.headers.get('upgrade')).toBeNull();
  });

  test('has the cookies of both places', async () => {
    const response = await answer({ statusCode: 200, headers: { 'Set-Cookie': 'a=1' }, cookies: ['b=2'] });

    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  test.each([
    [200, 10_000],
    [431, 10_240],
    [431, 20_000],
  ])('is %i for headers of %i bytes', async (status, size) => {
    const endpoint = putApi(local, 'heads', { 'GET /': 'echo' });

    expect((await fetch(`${endpoint}/`, { headers: { 'x-long': 'x'.repeat(size) } })).status).toBe(status);
  });

  test('is 500 when the function fails, without its words', async () => {
    const endpoint = putApi(local, 'failing', { 'GET /': 'fails' });

    expect(await json(await fetch(`${endpoint}/`))).toEqual({
      status: 500,
      body: { message: 'Internal Server Error' },
    });
  });

  test('is 500 when the function lets nobody in', async () => {
    local.deploy('closed', 'export const handler = async () => 1;');
    const endpoint = putApi(local, 'closed', { 'GET /': 'closed' });

    expect((await fetch(`${endpoint}/`)).status).toBe(500);
  });

  test('is 503 when the function takes longer than the integration', async () => {
    const endpoint = putApi(local, 'slow', { 'GET /': 'slow' }, { timeoutMs: 50 });

    expect(await json(await fetch(`${endpoint}/`))).toEqual({ status: 503, body: { message: 'Service Unavailable' } });
  });

  test('is 413 for more than 10 MB', async () => {
    const endpoint = putApi(local, 'large', { 'POST /': 'echo' });

    const response = await fetch(`${endpoint}/`, { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });

    expect(await json(response)).toEqual({ status: 413, body: { message: 'Request Entity Too Large' } });
  });

  test('is 429 beyond the throttling of the stage, until time has passed', async () => {
    const endpoint = putApi(
      local,
      'busy',
      { 'GET /': 'echo' },
      { stage: { throttling: { burstLimit: 2, rateLimit: 0.01 } } },
    );
    const status = async () => (await fetch(`${endpoint}/`)).status;

    expect([await status(), await status(), await status()]).toEqual([200, 200, 429]);
    local.clock.advance(100_000);
    expect(await status()).toBe(200);
  });
});

describe('IAM authorization', () => {
  const signed = (accessKeyId: string) => ({
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0`,
  });

  test('refuses who has not signed and who may not, with 403', async () => {
    const endpoint = putApi(
      local,
      'private',
      { 'POST /executions': 'echo' },
      { route: { authorizationType: 'AWS_IAM' } },
    );
    const { accessKeyId } = local.iam.accessKeyOf(ROLE_ARN, 'caller');

    for (const headers of [{}, signed(accessKeyId)])
      expect(await json(await fetch(`${endpoint}/executions`, { method: 'POST', headers }))).toEqual({
        status: 403,
        body: { message: 'Forbidden' },
      });
  });

  test('lets in who may invoke this method and path, and tells the function who it is', async () => {
    const endpoint = putApi(
      local,
      'private',
      { 'POST /executions': 'echo' },
      { route: { authorizationType: 'AWS_IAM' } },
    );
    const arn = 'arn:aws:iam::000000000000:role/caller';
    local.iam.putRole({
      name: 'caller',
      arn,
      assumeRolePolicy: { Version: '2012-10-17', Statement: [] },
      inlinePolicies: {
        invoke: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 'execute-api:Invoke',
              Resource: 'arn:aws:execute-api:us-east-1:000000000000:private/$default/POST/executions',
            },
          ],
        },
      },
    });
    const { accessKeyId } = local.iam.accessKeyOf(arn, 'alice');

    const response = await fetch(`${endpoint}/executions`, { method: 'POST', headers: signed(accessKeyId) });

    expect(await response.json()).toMatchObject({
      requestContext: {
        accountId: '000000000000',
        authorizer: {
          iam: {
            accessKey: accessKeyId,
            accountId: '000000000000',
            userArn: 'arn:aws:sts::000000000000:assumed-role/caller/alice',
          },
        },
      },
    });
  });

  test('lets in the local admin, whatever the key', async () => {
    const endpoint = putApi(
      local,
      'private',
      { 'POST /executions': 'echo' },
      { route: { authorizationType: 'AWS_IAM' } },
    );

    expect((await fetch(`${endpoint}/executions`, { method: 'POST', headers: signed('test') })).status).toBe(200);
  });
});

describe('around the route', () => {
  test('the access log gets a line a request', async () => {
    const endpoint = putApi(
      local,
      'logged',
      { 'GET /x': 'echo' },
      {
        stage: {
          accessLog: {
            groupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/apigateway/logged:*',
            format:
              '{"route":"$context.routeKey","status":$context.status,"ip":"$context.identity.sourceIp","error":"$context.error.message"}',
          },
        },
      },
    );

    await fetch(`${endpoint}/x`);
    await fetch(`${endpoint}/y`);

    const lines = local.log
      .filter(({ group }) => group === '/aws/apigateway/logged')
      .map(({ message }) => JSON.parse(message));
    expect(lines).toEqual([
      { route: 'GET /x', status: 200, ip: '127.0.0.1', error: '-' },
      { route: '-', status: 404, ip: '127.0.0.1', error: '-' },
    ]);
  });

  test('CORS answers the preflight and marks the answers', async () => {
    const endpoint = putApi(
      local,
      'cors',
      { 'POST /x': 'echo' },
      {
        cors: {
          AllowOrigins: ['http://localhost:5173'],
          AllowMethods: ['POST'],
          AllowHeaders: ['content-type'],
          MaxAge: 60,
        },
      },
    );
    const origin = { origin: 'http://localhost:5173' };

    const preflight = await fetch(`${endpoint}/x`, {
      method: 'OPTIONS',
      headers: { ...origin, 'access-control-request-method': 'POST' },
    });
    const answer = await fetch(`${endpoint}/x`, { method: 'POST', headers: origin });
    const foreign = await fetch(`${endpoint}/x`, { method: 'POST', headers: { origin: 'http://localhost:9' } });

    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': 'http://localhost:5173',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '60',
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('what is not served is refused with the reason', () => {
    const { httpApis } = local;
    httpApis.putApi({ id: 'refused', name: 'refused' });
    const integration = {
      apiId: 'refused',
      id: 'i',
      uri: 'https://example.com',
      payloadFormatVersion: '1.0',
      timeoutMs: 1,
    };

    expect(() => httpApis.putIntegration({ ...integration, type: 'HTTP_PROXY' })).toThrow(
      'Integration i: the local runtime serves AWS_PROXY with payload format 2.0, not HTTP_PROXY with 1.0.',
    );
  });
});
