import { describe, expect, test } from '@jest/globals';
import { example, Webhook } from './webhook.ts';

const ADA = { id: '712020:1f6e0d4c', displayName: 'Ada Winter' };
const DONE = { status: 'Done', statusCategory: 'done' };

/** Posts a body and gives what was queued for it. */
async function queued(body: unknown, headers: Record<string, string> = {}) {
  const webhook = new Webhook();
  const answer = await webhook.post(body, headers);
  const { queued, moves, counted, events } = webhook;
  return { answer, callback: queued[0], move: moves[0], counted, events };
}

describe('every body of Jira becomes one callback', () => {
  test.each<[string, object]>([
    ['automation-success', { outcome: 'success', source: 'automation', actor: { displayName: 'Ada Winter' } }],
    ['automation-failure', { outcome: 'failure', message: 'Regression in checkout, see the comments' }],
    [
      'native-cloud-done',
      {
        outcome: 'success',
        source: 'native-webhook',
        issueId: '20417',
        actor: ADA,
        message: '',
        decidedAt: '2025-03-01T09:00:00.000Z',
        jira: { ...DONE, resolution: 'Done', issueType: 'Story', summary: 'Checkout with saved cards' },
      },
    ],
    [
      'native-data-center-rejected',
      {
        outcome: 'failure',
        source: 'native-webhook',
        issueId: '31008',
        actor: { id: 'JIRAUSER10310', displayName: 'Ada Winter' },
        message: 'Not in this release',
        jira: { status: 'Closed', statusCategory: 'done', resolution: "Won't Do" },
      },
    ],
    [
      'post-function',
      { outcome: 'success', source: 'post-function', actor: ADA, jira: { ...DONE, transition: 'Approve' } },
    ],
    ['service-management', { outcome: 'success', source: 'service-management', actor: ADA, jira: DONE }],
    [
      'automation-format',
      {
        outcome: 'success',
        source: 'automation-format',
        issueId: '20417',
        actor: { displayName: 'Jira Automation' },
        jira: DONE,
      },
    ],
    ['native-cloud-created-done', { outcome: 'success', source: 'native-webhook', actor: ADA, jira: DONE }],
    ['native-cloud-bulk', { outcome: 'success', source: 'native-webhook', actor: ADA, jira: DONE }],
    [
      'native-data-center-done',
      {
        outcome: 'success',
        actor: { id: 'JIRAUSER10310', displayName: '冬野 あだ' },
        message: 'リリースを承認します — одобрено 👍',
        jira: { status: '完了', statusCategory: 'done', summary: '保存済みカードでの支払い' },
      },
    ],
    [
      'post-function-data-center',
      {
        outcome: 'success',
        actor: { id: 'JIRAUSER10310', displayName: 'Ada Winter' },
        message: 'Abgenommen — geprüft',
        jira: { status: 'Erledigt', transition: 'Abgenommen' },
      },
    ],
    ['service-management-data-center', { outcome: 'success', message: 'Genehmigt', actor: { id: 'JIRAUSER10310' } }],
    ['automation-format-data-center', { outcome: 'success', issueId: '31008', jira: { status: 'Erledigt' } }],
  ])('%s', async (name, expected) => {
    const { answer, callback } = await queued(example(name));
    expect(answer.status).toBe(202);
    expect(callback).toMatchObject({ jiraStoryId: 'PROJ-12345', ...expected });
    expect(callback?.callbackId).toBe(answer.body['callbackId']);
  });

  test('an issue key in lower case is the same story', async () => {
    expect((await queued({ jiraStoryId: 'proj-7', status: ' Success ' })).callback).toMatchObject({
      jiraStoryId: 'PROJ-7',
      outcome: 'success',
      message: '',
    });
  });

  test("a comment in Atlassian's document format is read as text", async () => {
    const text = (value: string) => ({ type: 'text', text: value });
    const content = [
      { type: 'paragraph', content: [text('Fine '), text('by me')] },
      { type: 'paragraph', content: [text('Ada')] },
    ];
    const comment = { body: { type: 'doc', version: 1, content } };
    expect((await queued({ ...example('native-cloud-done'), comment })).callback?.message).toBe('Fine by me\nAda');
  });

  test('fields beside the decision may have any type', async () => {
    const { issue } = example('native-cloud-done');
    const odd = { ...example('native-cloud-done'), user: 'ada', comment: 7, issue: { ...Object(issue), id: {} } };
    expect((await queued(odd)).callback).toMatchObject({ actor: { displayName: 'Jira Automation' }, message: '' });
  });
});

describe('a moved issue', () => {
  test.each([
    ['native-cloud-moved', '20417'],
    ['native-data-center-moved', '31008'],
  ])('%s is queued as the news that it is', async (name, issueId) => {
    const { answer, move, callback, counted, events } = await queued(example(name));
    expect(answer).toMatchObject({
      status: 202,
      body: { status: 'accepted', message: 'no decision; that PROJ-12345 is NEXT-77 now was queued' },
    });
    expect(move).toEqual({
      ...{ schemaVersion: 1, type: 'issue-moved', callbackId: expect.stringMatching(/^change-/) },
      ...{ jiraStoryId: 'NEXT-77', movedFrom: 'PROJ-12345', issueId, source: 'native-webhook' },
      receivedAt: '2025-03-01T09:00:01.000Z',
    });
    expect([callback, counted, events]).toEqual([undefined, ['IssueMoveAccepted'], []]);
  });

  test('and decided in one event is one message with both', async () => {
    const { callback, move } = await queued(example('native-cloud-moved-and-done'));
    expect(callback).toMatchObject({ jiraStoryId: 'NEXT-77', movedFrom: 'PROJ-12345', outcome: 'success' });
    expect(move).toBeUndefined();
  });

  test('and changed in status without a decision is the news alone', async () => {
    const moved = example('native-cloud-moved-and-done');
    const issue = Object(moved['issue']);
    const status = { name: 'To Do', statusCategory: { key: 'new' } };
    const open = { ...moved, issue: { ...issue, fields: { ...issue.fields, status, resolution: null } } };
    expect((await queued(open)).move).toMatchObject({ jiraStoryId: 'NEXT-77', movedFrom: 'PROJ-12345' });
  });

  test.each([
    ['no old key', {}],
    ['an old key that is none', { fromString: 'twelve' }],
    ['the same key', { fromString: 'next-77' }],
  ])('with %s is no move', async (_, item) => {
    const body = { ...example('native-cloud-moved'), changelog: { id: '1', items: [{ field: 'Key', ...item }] } };
    expect((await queued(body)).answer).toMatchObject({
      status: 200,
      body: { reason: 'NEXT-77 was changed, but not its status' },
    });
  });
});

describe('what decides nothing is answered 200 with the reason', () => {
  const native = example('native-cloud-done');
  const fieldsOf = (fields: object) => ({
    ...native,
    issue: { ...Object(native['issue']), fields: { ...Object(native['issue']).fields, ...fields } },
  });

  test.each<[string, object, string]>([
    [
      'a comment event',
      { ...native, webhookEvent: 'comment_created' },
      'the event "comment_created" carries no decision',
    ],
    [
      'another field',
      { ...native, changelog: { id: '1', items: [{ field: 'summary', toString: 'status' }] } },
      'PROJ-12345 was changed, but not its status',
    ],
    ['no changelog', { ...native, changelog: undefined }, 'PROJ-12345 was changed, but not its status'],
    [
      'an item without toString',
      { ...native, changelog: { items: [{ field: 'assignee' }] } },
      'PROJ-12345 was changed, but not its status',
    ],
    [
      'work in progress',
      fieldsOf({ status: { name: 'In Progress', statusCategory: { key: 'indeterminate' } }, resolution: null }),
      'status "In Progress" neither approves nor rejects PROJ-12345',
    ],
    [
      'a resolution alone',
      fieldsOf({
        status: { name: 'In Review', statusCategory: { key: 'indeterminate' } },
        resolution: { name: 'Done' },
      }),
      'status "In Review" with resolution "Done" neither approves nor rejects PROJ-12345',
    ],
    [
      'a post-function whose issue shows another status',
      { ...example('post-function'), transition: { transitionName: 'Go', to_status: 'Released' } },
      'status "Released" neither approves nor rejects PROJ-12345',
    ],
  ])('%s', async (_, body, reason) => {
    const { answer, callback, counted } = await queued(body);
    expect(answer).toMatchObject({ status: 200, body: { status: 'ignored', reason } });
    expect(callback).toBeUndefined();
    expect(counted).toEqual(['CallbackIgnored']);
  });
});

describe('the callback id', () => {
  const native = example('native-cloud-done');
  const idOf = async (body: unknown, headers = {}) => (await queued(body, headers)).callback?.callbackId;

  test("is the same for every delivery of one change, whatever the delivery's own id", async () => {
    const first = await idOf(native, { 'x-atlassian-webhook-identifier': 'a' });
    expect(first).toMatch(/^change-[0-9a-f]{32}$/);
    expect(await idOf(native, { 'x-atlassian-webhook-identifier': 'b', 'x-atlassian-webhook-retry': '1' })).toBe(first);
    expect(await idOf({ ...native, changelog: { ...Object(native['changelog']), id: 88213 } })).toBe(first);
  });

  test('differs between changes, issues and sites', async () => {
    const issue = Object(native['issue']);
    const ids = await Promise.all([
      idOf(native),
      idOf({ ...native, timestamp: 1_740_819_600_001 }),
      idOf({ ...native, changelog: { ...Object(native['changelog']), id: '88214' } }),
      idOf({ ...native, issue: { ...issue, id: '1' } }),
      idOf({ ...native, issue: { ...issue, self: 'https://other.example/rest/api/2/issue/20417' } }),
    ]);
    expect(new Set(ids).size).toBe(5);
  });

  test("is Jira's delivery id where the body has no change", async () => {
    const body = example('automation-format');
    const first = await idOf(body, { 'x-atlassian-webhook-identifier': 'a' });
    expect(first).toMatch(/^webhook-/);
    expect(await idOf({ ...body, extra: 1 }, { 'x-atlassian-webhook-identifier': 'a' })).toBe(first);
    expect(await idOf(body, { 'x-atlassian-webhook-identifier': 'b' })).not.toBe(first);
  });

  test("is the body's own where that has a time: the same issue update is the same decision", async () => {
    const body = example('automation-format');
    expect(await idOf(body)).toMatch(/^body-/);
    expect(await idOf(body)).toBe(await idOf(body));
    expect(await idOf({ ...body, fields: { ...Object(body['fields']), updated: 1_740_819_600_001 } })).not.toBe(
      await idOf(body),
    );
  });

  test("is the sender's, if it names one", async () => {
    const simple = { jiraStoryId: 'PROJ-1', status: 'success' };
    expect(await idOf({ ...simple, callbackId: 'PROJ-1:release-7' })).toBe('PROJ-1:release-7');
    const keyed = await idOf(simple, { 'idempotency-key': 'rule-1' });
    expect(keyed).toMatch(/^key-/);
    expect(await idOf(simple, { 'idempotency-key': 'rule-1' })).toBe(keyed);
    expect((await queued({ ...simple, callbackId: 'no spaces' })).answer).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'callbackId', value: '"no spaces"' }] },
    });
  });

  test('is new for each simple body: today reads like yesterday', async () => {
    const webhook = new Webhook();
    const body = example('automation-success');
    await webhook.post(body);
    await webhook.post(body);
    expect(webhook.queued.map(({ callbackId }) => callbackId)).toEqual(['new-1', 'new-2']);
  });
});
