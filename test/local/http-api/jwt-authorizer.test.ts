import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { startTokenIssuer, type TokenIssuer } from '../../support/token-issuer.ts';
import type { Compute } from '../lambda/local-compute.ts';
import { json, putApi, startApis } from './local-api.ts';

const HOUR = 3_600;

let local: Compute;
let issuer: TokenIssuer;
let open: string;
let scoped: string;

beforeAll(async () => {
  [local, issuer] = await Promise.all([startApis(), startTokenIssuer()]);
  open = api('open');
  scoped = api('scoped', { authorizationScopes: ['gates/start', 'gates/all'] });
});
afterAll(async () => {
  await issuer.stop();
  await local.stop();
});

function api(id: string, route: { authorizationScopes?: string[] } = {}, identitySources = [HEADER]): string {
  local.httpApis.putApi({ id, name: id });
  const jwt = { issuer: issuer.url, audience: ['gates', 'others'] };
  local.httpApis.putAuthorizer({ apiId: id, id: 'tokens', name: 'Tokens', type: 'JWT', identitySources, jwt });
  return putApi(
    local,
    id,
    { 'POST /x': 'echo' },
    { route: { authorizationType: 'JWT', authorizerId: 'tokens', ...route } },
  );
}

const HEADER = '$request.header.Authorization';
const now = () => Math.floor(local.clock.now() / 1000);
const claims = (more: object = {}) => ({ iss: issuer.url, aud: 'gates', sub: 'ada', exp: now() + HOUR, ...more });
const post = (endpoint: string, headers: Record<string, string> = {}, query = '') =>
  fetch(`${endpoint}/x${query}`, { method: 'POST', headers, body: '{}' });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('a token that is valid', () => {
  test('lets the request through, and the function learns its claims as texts', async () => {
    const token = issuer.token(
      claims({ iat: 1_700_000_000, nbf: 1_700_000_000, exp: 4_000_000_000, admin: true, groups: ['a', 'b'] }),
    );
    const { status, body } = await json(await post(open, bearer(token)));
    expect(status).toBe(200);
    expect(Object(body).requestContext.authorizer).toEqual({
      jwt: {
        claims: {
          ...{ iss: issuer.url, aud: 'gates', sub: 'ada', exp: '4000000000' },
          ...{ iat: '1700000000', nbf: '1700000000', admin: 'true', groups: '[a b]' },
        },
        scopes: null,
      },
    });
  });

  test.each([
    ['without the word Bearer', () => post(open, { authorization: issuer.token(claims()) })],
    ['for several audiences', () => post(open, bearer(issuer.token(claims({ aud: ['x', 'others'] }))))],
    ['of a client', () => post(open, bearer(issuer.token(claims({ aud: undefined, client_id: 'gates' }))))],
    ['signed with RS512', () => post(open, bearer(issuer.token(claims(), { alg: 'RS512' })))],
    ['with one of the scopes', () => post(scoped, bearer(issuer.token(claims({ scope: 'openid gates/all' }))))],
    ['with its scopes in scp', () => post(scoped, bearer(issuer.token(claims({ scp: ['gates/start'] }))))],
  ])('%s: 200', async (_, call) => {
    expect((await call()).status).toBe(200);
  });

  test('may come in the query, if the template says so', async () => {
    const endpoint = api('query', {}, ['$request.querystring.token']);
    expect((await post(endpoint, {}, `?token=${issuer.token(claims())}`)).status).toBe(200);
    expect((await post(endpoint, bearer(issuer.token(claims())))).status).toBe(401);
  });
});

describe('a request is refused', () => {
  const INVALID = 'Bearer scope="" error="invalid_token" error_description=';

  test('without a token', async () => {
    const answer = await post(open);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await json(answer)).toEqual({ status: 401, body: { message: 'Unauthorized' } });
  });

  test.each([
    ['for another audience', { aud: 'else' }, 'the token does not have a valid audience'],
    ['for another audience, of a client that would do', { aud: 'else', client_id: 'gates' }, 'valid audience'],
    ['of another issuer', { iss: 'https://else.example.com' }, 'the token does not have a valid issuer'],
    ['that has expired', { exp: 1_700_000_000 }, 'the token has expired'],
    ['that never expires', { exp: undefined }, 'the token has expired'],
    ['that is not valid yet', { nbf: 4_000_000_000 }, 'the token is not valid yet'],
    ['of the future', { iat: 4_000_000_000 }, 'the token was issued in the future'],
  ])('with a token %s', async (_, more, description) => {
    const answer = await post(open, bearer(issuer.token(claims(more))));
    expect(answer.headers.get('www-authenticate')).toContain(INVALID);
    expect(answer.headers.get('www-authenticate')).toContain(description);
    expect(await json(answer)).toEqual({ status: 401, body: { message: 'Unauthorized' } });
  });

  test.each([
    ['no token', 'hello', 'token contains an invalid number of segments'],
    ['no JSON', 'a.b.c', 'the token has no valid header'],
  ])('with %s', async (_, token, description) => {
    const answer = await post(open, bearer(token));
    expect(answer.headers.get('www-authenticate')).toBe(`${INVALID}"${description}"`);
    expect(answer.status).toBe(401);
  });

  test('with claims that the signature is not over', async () => {
    const [header, , signature] = issuer.token(claims({ sub: 'eve' })).split('.');
    const [, payload] = issuer.token(claims({ sub: 'ada' })).split('.');
    const answer = await post(open, bearer(`${header}.${payload}.${signature}`));
    expect(answer.headers.get('www-authenticate')).toBe(`${INVALID}"the signature is invalid"`);
  });

  test.each([
    ['none', { alg: 'none' }],
    ['HS256', { alg: 'HS256' }],
    ['ES256, which API Gateway does not know', { alg: 'ES256', kid: 'elliptic' }],
  ])('with a token whose method is %s', async (name, header) => {
    const answer = await post(open, bearer(issuer.token(claims(), header)));
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain(`signing method ${name.split(',')[0]} is invalid`);
  });

  test.each([[undefined], ['openid'], ['gates/starting']])('without a scope of the route: %s', async (scope) => {
    const answer = await post(scoped, bearer(issuer.token(claims({ scope }))));
    expect(answer.headers.get('www-authenticate')).toBe(
      'Bearer scope="gates/start gates/all" error="insufficient_scope"',
    );
    expect(await json(answer)).toEqual({ status: 403, body: { message: 'Forbidden' } });
  });
});

describe('the keys of the issuer', () => {
  test('are asked for once, and again when one is unknown, but not for each of a flood', async () => {
    local.clock.advance(2 * HOUR * 1000);
    await post(open, bearer(issuer.token(claims())));
    const asked = issuer.asked();
    await post(open, bearer(issuer.token(claims())));
    expect(issuer.asked()).toBe(asked);

    issuer.renewKey('second');
    for (let times = 0; times < 5; times += 1) await post(open, bearer(issuer.token(claims(), { kid: 'forged' })));
    expect(issuer.asked()).toBe(asked);
    local.clock.advance(10_000);
    expect((await post(open, bearer(issuer.token(claims())))).status).toBe(200);
    expect(issuer.asked()).toBe(asked + 1);
  });

  test('that cannot be read refuse everyone, and are asked for again', async () => {
    const away = await startTokenIssuer();
    await away.stop();
    const told = jest.spyOn(console, 'error').mockImplementation(() => {});
    local.httpApis.putApi({ id: 'away', name: 'away' });
    const jwt = { issuer: away.url, audience: ['gates'] };
    const authorizer = { apiId: 'away', id: 'tokens', name: 'Tokens', type: 'JWT', identitySources: [HEADER], jwt };
    local.httpApis.putAuthorizer(authorizer);
    const route = { authorizationType: 'JWT', authorizerId: 'tokens' } as const;
    const endpoint = putApi(local, 'away', { 'POST /x': 'echo' }, { route });
    const answer = await post(endpoint, bearer(away.token(claims({ iss: away.url }))));
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('"OIDC discovery endpoint communication error"');
    expect(told).toHaveBeenCalled();
    told.mockRestore();
  });
});

test('what is not served is refused with the reason', () => {
  const { httpApis } = local;
  httpApis.putApi({ id: 'refused', name: 'refused' });
  const jwt = { issuer: issuer.url, audience: ['gates'] };
  const tokens = { apiId: 'refused', id: 'tokens', name: 'Tokens', type: 'JWT', identitySources: [HEADER], jwt };
  const route = { apiId: 'refused', id: 'r', routeKey: 'GET /', integrationId: 'i', authorizerId: 'tokens' };
  expect(() => httpApis.putAuthorizer({ ...tokens, type: 'REQUEST' })).toThrow(
    'Authorizer Tokens: the local runtime serves JWT authorizers, not REQUEST.',
  );
  expect(() => httpApis.putAuthorizer({ ...tokens, jwt: { ...jwt, issuer: 'http://login.example.com' } })).toThrow(
    'Authorizer Tokens: Invalid issuer: http://login.example.com. An issuer must be a URL with https://.',
  );
  expect(() => httpApis.putAuthorizer({ ...tokens, identitySources: ['$request.body.token'] })).toThrow(
    'a token comes in $request.header.<name> or $request.querystring.<name>, not in $request.body.token.',
  );
  expect(() => httpApis.putRoute({ ...route, authorizationType: 'JWT' })).toThrow(
    'Route GET /: Invalid authorizer ID specified: tokens',
  );
  expect(() => httpApis.putRoute({ ...route, authorizationType: 'CUSTOM' })).toThrow(
    'Route GET /: the local runtime serves the authorization types NONE, AWS_IAM and JWT, not CUSTOM.',
  );
});
