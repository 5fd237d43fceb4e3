import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type InProcessRuntime, startInProcess } from '../support/in-process-runtime.ts';
import { signedPost } from '../support/signed-fetch.ts';
import { synthesizeGate } from '../support/synthesize-stack.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/token-issuer.ts';
import { Gate } from './gate.ts';

const INPUT = { jiraStoryId: 'JWT-1', packageIds: ['pkg-001'] };

let issuer: TokenIssuer;
let assembly: string;
let local: InProcessRuntime;
let gate: Gate;
let key: string;

beforeAll(async () => {
  issuer = await startTokenIssuer();
  assembly = mkdtempSync(join(tmpdir(), 'storygate-jwt-'));
  synthesizeGate(assembly, { api: { jwt: { issuer: issuer.url, audience: ['gates'], scopes: ['gates/start'] } } });
  local = await startInProcess({ assembly });
  gate = await Gate.of(local);
  ({ key } = await gate.upload(INPUT, 'inputs/started/by-token.json'));
}, 60_000);
afterAll(async () => {
  await local?.stop();
  await issuer.stop();
  rmSync(assembly, { recursive: true });
});

/** `POST /executions` for a workflow file. */
async function start(headers: Record<string, string>) {
  const response = await fetch(gate.output('StartApiEndpoint'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ key }),
  });
  const challenge = response.headers.get('www-authenticate');
  return { status: response.status, challenge, body: JSON.parse(await response.text()) };
}

function token(more: object = {}): Record<string, string> {
  const exp = Math.floor(Date.now() / 1000) + 3_600;
  const claims = { iss: issuer.url, aud: 'gates', sub: 'ada', scope: 'openid gates/start', exp, ...more };
  return { authorization: `Bearer ${issuer.token(claims)}` };
}

describe('POST /executions, with an issuer of tokens in the configuration', () => {
  test('starts a gate for who has a token with the scope', async () => {
    const { status, body } = await start(token());
    expect(status).toBe(202);
    await gate.waiting(body.executionArn);
  });

  test('refuses everyone else', async () => {
    const before = (await gate.executions()).length;
    expect(await start({})).toMatchObject({ status: 401, challenge: 'Bearer', body: { message: 'Unauthorized' } });
    expect(await start(token({ aud: 'others' }))).toMatchObject({
      status: 401,
      challenge: expect.stringContaining('error="invalid_token"'),
    });
    expect(await start(token({ scope: 'openid' }))).toMatchObject({ status: 403, body: { message: 'Forbidden' } });
    expect((await gate.executions()).length).toBe(before);
  });

  test('takes no signature of AWS instead', async () => {
    const { status } = await signedPost(gate.output('StartApiEndpoint'), { key }, local.client);
    expect(status).toBe(401);
  });

  test('leaves the webhook to its own secret', async () => {
    const decision = { jiraStoryId: 'JWT-1', status: 'success', message: '' };
    expect((await gate.callback(decision, token())).status).toBe(401);
    expect((await gate.callback(decision)).status).toBe(202);
  });
});
