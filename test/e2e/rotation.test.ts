import { createHmac } from 'node:crypto';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { type LocalRuntime, startLocalRuntime } from '../support/local-runtime.ts';
import { Gate } from './gate.ts';
import { rotateSecret, secretValue } from './rotate-secret.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;

let runtime: LocalRuntime;
let gate: Gate;
let secrets: SecretsManagerClient;
let logs: CloudWatchLogsClient;

beforeAll(async () => {
  runtime = await startLocalRuntime();
  gate = await Gate.of(runtime);
  secrets = new SecretsManagerClient(runtime.client);
  logs = new CloudWatchLogsClient(runtime.client);
}, 60_000);
afterAll(() => runtime?.stop());

const rotate = (output: string) => rotateSecret(secrets, gate.output(output), eventually);
const webhookSecret = () => secretValue(secrets, gate.output('WebhookSecretArn'));

async function waitingGate(jiraStoryId: string): Promise<string> {
  const { arn } = await gate.startBy({ jiraStoryId, packageIds: ['pkg-001'] });
  await gate.waiting(arn);
  return arn;
}

/** What the webhook answers to a decision that is signed, as Jira does, or carries the secret. */
async function answer(story: string, secret: string, how: 'signed' | 'bearer'): Promise<number> {
  const body = { jiraStoryId: story, status: 'success', message: 'go' };
  const signature = createHmac('sha256', secret).update(JSON.stringify(body)).digest('hex');
  const credentials =
    how === 'signed'
      ? { authorization: '', 'x-hub-signature': `sha256=${signature}` }
      : { authorization: `Bearer ${secret}` };
  return (await gate.callback(body, credentials)).status;
}

async function logged(group: string, text: string): Promise<number> {
  const { events = [] } = await logs.send(
    new FilterLogEventsCommand({ logGroupName: group, filterPattern: JSON.stringify(text), limit: 10_000 }),
  );
  return events.length;
}

describe('the webhook secret', () => {
  test('is rotated while gates wait: what is signed with the former one still opens them', async () => {
    const { current: first = '' } = await webhookSecret();
    const [bySignature, byToken, byNewest] = [
      await waitingGate('ROT-1'),
      await waitingGate('ROT-2'),
      await waitingGate('ROT-3'),
    ];
    expect(await answer('ROT-9', first, 'signed')).toBe(202); // the function has read the secret and keeps it

    await rotate('WebhookSecretArn');

    const { current: second = '', previous } = await webhookSecret();
    expect(previous).toBe(first);
    expect(second).toMatch(/^[A-Za-z0-9]{48}$/);
    expect(second).not.toBe(first);
    expect(await answer('ROT-1', first, 'signed')).toBe(202);
    expect(await answer('ROT-2', first, 'bearer')).toBe(202);
    expect(await answer('ROT-3', second, 'signed')).toBe(202);
    for (const arn of [bySignature, byToken, byNewest]) expect((await gate.ended(arn)).status).toBe('SUCCEEDED');

    await rotate('WebhookSecretArn');
    await runtime.advance(MINUTE_MS); // for as long a function may keep what it has read

    expect(await answer('ROT-4', first, 'signed')).toBe(401);
    expect(await answer('ROT-4', first, 'bearer')).toBe(401);
    expect(await answer('ROT-4', second, 'signed')).toBe(202);
    expect((await webhookSecret())['previous']).toBe(second);
  });

  test('tells who has not changed over yet, and never shows itself', async () => {
    const { current = '', previous = '' } = await webhookSecret();
    const group = '/aws/lambda/storygate-dev-jira-webhook';
    const before = await logged(group, 'authenticated with the previous secret');
    await answer('ROT-5', current, 'signed');
    await answer('ROT-5', previous, 'signed');
    expect(await logged(group, 'authenticated with the previous secret')).toBe(before + 1);
    for (const name of [group, '/aws/lambda/storygate-dev-rotate-webhook-secret'])
      for (const secret of [current, previous]) expect(await logged(name, secret)).toBe(0);
  });
});

describe('the API tokens', () => {
  const refusals = () => logged('/aws/lambda/storygate-dev-mock-apis', 'mock call refused');

  test('are rotated while gates call the APIs, and no call is refused', async () => {
    const id = gate.output('ApiTokensSecretArn');
    const { token: first } = await secretValue(secrets, id);
    let busy = true;
    const gates: string[] = [];
    const callers = [100, 200].map(async (story) => {
      while (busy) gates.push(await waitingGate(`TOK-${story + gates.length}`));
    });
    for (let times = 0; times < 3; times += 1) await rotate('ApiTokensSecretArn');
    busy = false;
    await Promise.all(callers);

    expect((await secretValue(secrets, id))['token']).not.toBe(first);
    expect(gates.length).toBeGreaterThanOrEqual(2);
    expect(await refusals()).toBe(0);
    const after = await waitingGate('TOK-1');
    await answer('TOK-1', (await webhookSecret())['current'] ?? '', 'bearer');
    expect((await gate.ended(after)).status).toBe('SUCCEEDED');
    const { name } = (await gate.executions()).find(({ executionArn }) => executionArn === after) ?? {};
    expect(await gate.json(`outputs/${name}/result.json`)).toMatchObject({ warnings: [] });
  }, 30_000);

  test('are rotated by themselves after 90 days, the webhook secret is not', async () => {
    const last = async (output: string) =>
      (await secrets.send(new DescribeSecretCommand({ SecretId: gate.output(output) }))).LastRotatedDate?.getTime();
    const [tokens = 0, webhook] = [await last('ApiTokensSecretArn'), await last('WebhookSecretArn')];
    await runtime.advance(91 * DAY_MS);
    await eventually('the tokens rotated', async () =>
      ((await last('ApiTokensSecretArn')) ?? 0) > tokens ? true : undefined,
    );
    expect(await last('WebhookSecretArn')).toBe(webhook);
    await waitingGate('TOK-2');
    expect(await refusals()).toBe(0);
  });
});
