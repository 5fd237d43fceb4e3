import { describe, expect, test } from '@jest/globals';
import { cachedSecret } from '../../../services/shared/cached-secret.ts';
import { example, NOW, SECRET, sign, Webhook } from './webhook.ts';

const SIMPLE = { jiraStoryId: 'PROJ-1', status: 'success', message: 'ship it' };
const JSON_TYPE = { 'content-type': 'application/json' };
const BEARER = { ...JSON_TYPE, authorization: `Bearer ${SECRET}` };

describe('a decision', () => {
  test('is answered with its callback id once the queue has it', async () => {
    const webhook = new Webhook();
    const answer = await webhook.post(SIMPLE);
    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({
      status: 'accepted',
      callbackId: 'new-1',
      jiraStoryId: 'PROJ-1',
      outcome: 'success',
      message: 'success for PROJ-1 was queued',
    });
    expect(webhook.queued).toEqual([
      {
        schemaVersion: 1,
        callbackId: 'new-1',
        jiraStoryId: 'PROJ-1',
        outcome: 'success',
        actor: { displayName: 'Jira Automation' },
        message: 'ship it',
        source: 'automation',
        receivedAt: '2025-03-01T09:00:01.000Z',
        decidedAt: '2025-03-01T09:00:01.000Z',
        jira: {},
      },
    ]);
    expect(webhook.events).toMatchObject([{ type: 'Callback Accepted', detail: { callbackId: 'new-1' } }]);
    expect(webhook.counted).toEqual(['CallbackAccepted']);
  });

  test('is not acknowledged when the queue is away: Jira tries again', async () => {
    const webhook = new Webhook({
      enqueue: async () => {
        throw new Error('connect ECONNREFUSED');
      },
    });
    const answer = await webhook.post(SIMPLE);
    expect(answer.status).toBe(503);
    expect(answer.headers).toMatchObject({ 'retry-after': '30', 'content-type': 'application/problem+json' });
    expect(answer.text).not.toContain('ECONNREFUSED');
    expect(webhook.events).toEqual([]);
  });

  test('of a megabyte is cut, never lost', async () => {
    const webhook = new Webhook();
    expect((await webhook.post({ ...SIMPLE, message: '😀'.repeat(250_000) })).status).toBe(202);
    const message = webhook.queued[0]?.message ?? '';
    expect(message.length).toBeLessThan(10_100);
    expect(message).toMatch(/^😀+… \[cut, 500000 characters\]$/u);
  });

  test('of a native event with a megabyte of description and comment is cut, too', async () => {
    const webhook = new Webhook();
    const native = example('native-cloud-done');
    const issue = Object(native['issue']);
    const fields = { ...issue.fields, description: 'x'.repeat(500_000), summary: 'y'.repeat(100_000) };
    const body = { ...native, issue: { ...issue, fields }, comment: { body: '\u0001'.repeat(400_000) } };
    expect((await webhook.post(body)).status).toBe(202);
    expect(webhook.queued[0]).toMatchObject({ jiraStoryId: 'PROJ-12345', outcome: 'success' });
    expect(Buffer.byteLength(JSON.stringify(webhook.queued[0]))).toBeLessThan(100_000);
  });

  test('in any script arrives as it was', async () => {
    const webhook = new Webhook();
    const message = 'تم القبول — 承認済み \u0000\uFFFF "quoted"\n';
    await webhook.post({ ...SIMPLE, message });
    expect(webhook.queued[0]?.message).toBe('تم القبول — 承認済み \u0000\uFFFD "quoted"\n');
  });

  test('signed over base64-encoded bytes counts', async () => {
    const webhook = new Webhook();
    const body = Buffer.from(JSON.stringify(SIMPLE));
    expect((await webhook.send({ body, headers: { ...JSON_TYPE, 'x-hub-signature': sign(body) } })).status).toBe(202);
  });
});

describe('refusals tell what is wrong', () => {
  test.each([
    ['no credentials', JSON_TYPE, JSON.stringify(SIMPLE), 401, 'expected X-Hub-Signature or Authorization'],
    ['a wrong token', { ...JSON_TYPE, authorization: 'Bearer wrong' }, JSON.stringify(SIMPLE), 401, 'webhook secret'],
    ['no content type', { authorization: BEARER.authorization }, JSON.stringify(SIMPLE), 415, 'application/json'],
    ['a form', { ...BEARER, 'content-type': 'application/x-www-form-urlencoded' }, 'a=b', 415, 'application/json'],
    ['no body', BEARER, undefined, 422, 'switch "Exclude body" off'],
    ['broken JSON', BEARER, '{"jiraStoryId": "PROJ-1", "message": "say "hi""}', 422, 'asJsonString'],
    ['a byte order mark', BEARER, `\uFEFF${JSON.stringify(SIMPLE)}`, 422, 'not valid JSON'],
    ['a prototype', BEARER, '{"__proto__": {"x": 1}}', 422, 'not valid JSON'],
    ['null', BEARER, 'null', 400, 'it is null, expected'],
    ['a list', BEARER, '[]', 400, 'it is [], expected'],
    ['an empty object', BEARER, '{}', 400, 'it is {}, expected'],
    ['an unknown shape', BEARER, '{"hello": 1}', 400, 'it is {"hello"}, expected {"jiraStoryId","status","message"}'],
    ['5 MB', BEARER, ' '.repeat(5_000_000), 413, 'expected at most 4194304'],
  ])('%s', async (_, headers, body, status, detail) => {
    const webhook = new Webhook();
    const answer = await webhook.send({ headers, body });
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ status, detail: expect.stringContaining(detail) });
    expect(webhook.queued).toEqual([]);
  });

  test('wrong fields, each with value and expectation', async () => {
    const answer = await new Webhook().post({ jiraStoryId: 'twelve', status: 'maybe' });
    expect(answer).toMatchObject({
      status: 400,
      body: {
        errors: [
          { field: 'jiraStoryId', value: '"twelve"', expectation: 'a Jira issue key such as PROJ-12345' },
          { field: 'status', value: '"maybe"', expectation: 'success or failure' },
        ],
      },
    });
  });

  test('a 401 asks for a bearer token', async () => {
    const { headers } = await new Webhook().send({ body: '{}', headers: JSON_TYPE });
    expect(headers['www-authenticate']).toBe('Bearer realm="storygate"');
  });

  test('nothing of an unauthenticated request is logged', async () => {
    const webhook = new Webhook();
    const headers = { ...JSON_TYPE, authorization: 'Bearer guess-4711', 'x-hub-signature': 'sha256=4712' };
    await webhook.send({ body: '{"jiraStoryId":"PROJ-4713"}', headers });
    expect(JSON.stringify(webhook.log.entries)).not.toMatch(/4711|4712|4713/);
  });
});

describe('replays', () => {
  const native = example('native-cloud-done');
  const DAY_MS = 86_400_000;

  test.each([
    ['as old as the window', NOW.getTime() - DAY_MS, 202],
    ['older', NOW.getTime() - DAY_MS - 1, 401],
    ['from a clock ahead', NOW.getTime() + 60_000, 202],
    ['from far ahead', NOW.getTime() + DAY_MS + 1, 401],
    ['from beyond time', 1e300, 401],
  ])('%s', async (_, timestamp, status) => {
    expect((await new Webhook().post({ ...native, timestamp })).status).toBe(status);
  });
});

describe('the secret', () => {
  /** A webhook whose secret can be changed behind it, and that counts how often it is read. */
  function rotating() {
    const state = { secrets: { current: 'first', previous: '' }, reads: 0, now: 0, away: false };
    const secrets = cachedSecret(
      async () => {
        state.reads += 1;
        if (state.away) throw new Error('Secrets Manager is away');
        return state.secrets;
      },
      () => state.now,
    );
    const webhook = new Webhook({ secrets });
    const post = async (secret: string) => (await webhook.post(SIMPLE, { authorization: `Bearer ${secret}` })).status;
    return { state, post };
  }

  test('is read once for many requests', async () => {
    const { state, post } = rotating();
    expect([await post('first'), await post('first'), await post('first')]).toEqual([202, 202, 202]);
    expect(state.reads).toBe(1);
  });

  test('is read again at once when a request needs the newer one', async () => {
    const { state, post } = rotating();
    await post('first');
    state.secrets = { current: 'second', previous: 'first' };
    expect([await post('second'), await post('first')]).toEqual([202, 202]);
    expect(state.reads).toBe(2);
  });

  test('is not read for every wrong guess', async () => {
    const { state, post } = rotating();
    for (let i = 0; i < 50; i += 1) expect(await post(`guess-${i}`)).toBe(401);
    expect(state.reads).toBe(6);
    state.now = 12_000; // two early reads more
    for (let i = 0; i < 50; i += 1) await post(`guess-${i}`);
    expect(state.reads).toBe(8);
  });

  test('that cannot be read again is used as it was', async () => {
    const { state, post } = rotating();
    await post('first');
    state.away = true;
    state.now = 3_600_000;
    expect(await post('first')).toBe(202);
  });

  test('that cannot be read again may be another now: what it does not verify is not refused for good', async () => {
    const { state, post } = rotating();
    await post('first');
    state.away = true;
    expect(await post('second')).toBe(503);
    state.away = false;
    state.secrets = { current: 'second', previous: 'first' };
    expect(await post('second')).toBe(202);
  });

  test('that was never read is no reason to refuse for good', async () => {
    const { state, post } = rotating();
    state.away = true;
    expect(await post('first')).toBe(503);
    state.away = false;
    expect(await post('first')).toBe(202);
  });
});
