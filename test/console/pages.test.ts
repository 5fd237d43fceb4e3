import { randomUUID } from 'node:crypto';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { source as axe } from 'axe-core';
import type { Page } from 'playwright-core';
import { pendingWaits } from '../../cli/gates/pending-waits.ts';
import { startGate } from '../../console/server/actions.ts';
import type { RunningConsole } from '../../console/server/serve.ts';
import { eventually } from '../support/eventually.ts';
import { type LocalRuntime, startLocalRuntime } from '../support/local-runtime.ts';
import { type Browser, hasBrowser, openBrowser } from './browser.ts';
import { addressOf, consoleFor, gateAt } from './console-under-test.ts';

jest.setTimeout(60_000);

let runtime: LocalRuntime;
let running: RunningConsole;
let browser: Browser;

/** Uploads a workflow file and waits until its gate waits. */
async function waitingGate(jiraStoryId: string): Promise<string> {
  const gate = await gateAt(runtime.endpoint);
  const content = JSON.stringify({ jiraStoryId, packageIds: ['pkg-001', 'pkg-002'] });
  const { executionName } = await startGate(gate, { name: `${jiraStoryId}.json`, content });
  await eventually(`${jiraStoryId} waits`, async () =>
    (await pendingWaits(gate, { story: jiraStoryId }, new Date())).length > 0 ? true : undefined,
  );
  return executionName;
}

async function deadLetter(body: string): Promise<void> {
  const QueueUrl = (await gateAt(runtime.endpoint)).stack.output('CallbackDlqUrl');
  await new SQSClient(runtime.client).send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
}

async function seriousProblems(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await Reflect.get(globalThis, 'axe').run();
    return violations
      .filter(({ impact }: { impact: string }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }: { id: string; nodes: { html: string }[] }) => `${id}: ${nodes[0]?.html}`);
  });
}

const withBrowser = hasBrowser() ? describe : describe.skip;

withBrowser('the console in a browser', () => {
  beforeAll(async () => {
    runtime = await startLocalRuntime({ args: ['--stack', 'storygate-dev-release-gate'] });
    running = await consoleFor(runtime.endpoint);
    browser = await openBrowser();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await running?.close();
    await runtime?.stop();
  });

  test('a gate is approved by click and comes to its result', async () => {
    const execution = await waitingGate('WEB-1');
    const page = await browser.open(addressOf(running, '/gates'));
    expect(page.url()).not.toContain('token');
    await page.getByText('pkg-002').first().waitFor();
    expect(await page.getByRole('link', { name: 'WEB-1' }).first().getAttribute('href')).toBe(
      'https://jira.example.com/browse/WEB-1',
    );
    await page.getByRole('button', { name: 'Approve WEB-1' }).click();
    await page.getByLabel('Comment').fill('ship it');
    await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByText('WEB-1 is approved').waitFor();
    const bucket = (await gateAt(runtime.endpoint)).stack.output('S3BucketName');
    const result = await eventually('result.json', async () =>
      new S3Client({ ...runtime.client, forcePathStyle: true })
        .send(new GetObjectCommand({ Bucket: bucket, Key: `outputs/${execution}/result.json` }))
        .then(({ Body }) => Body?.transformToString())
        .catch(() => undefined),
    );
    expect(JSON.parse(result)).toMatchObject({
      status: 'SUCCEEDED',
      callback: { message: 'ship it', actor: { displayName: 'Jo Doe' } },
    });
    await page.getByText('by Jo Doe').first().waitFor();
    await page.close();
  });

  test('an execution shows its graph live, what its states were given, and its files; never its task token', async () => {
    const execution = await waitingGate('WEB-2');
    const page = await browser.open(addressOf(running, `/executions/${execution}`));
    await page.locator('.state-waiting', { hasText: 'WaitForCallback' }).waitFor();
    await page.getByText('"taskToken": "(hidden)"').waitFor();
    await page.locator('.state', { hasText: 'CallDeployment' }).click();
    await page.getByText('"Idempotency-Key"').waitFor();
    await page.getByRole('button', { name: 'Reject', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Reject', exact: true }).click();
    await page.locator('.state-failed', { hasText: 'WaitForCallback' }).waitFor();
    await page.getByText('Relayed: the execution goes on with it').waitFor();
    await page.getByRole('tab', { name: /Files/ }).click();
    await page.getByRole('tab', { name: 'error.json' }).waitFor();
    await page.getByRole('tab', { name: /Events/ }).click();
    await page.getByRole('cell', { name: 'ExecutionFailed' }).or(page.getByText('ExecutionFailed')).first().waitFor();
    await page.close();
  });

  test('a stopped execution goes on by click', async () => {
    const execution = await waitingGate('WEB-3');
    const page = await browser.open(addressOf(running, `/executions/${execution}`));
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('button', { name: 'Stop it' }).click();
    await page.getByText('ABORTED').first().waitFor();
    await page.getByRole('button', { name: 'Redrive' }).click();
    await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();
    await page.close();
  });

  test('dead letters are tried and redriven by click', async () => {
    await deadLetter('not a callback');
    const page = await browser.open(addressOf(running, '/letters'));
    await page.getByText('MOVED_BY_SQS').first().waitFor();
    await page
      .getByRole('checkbox', { name: /^Select unreadable/ })
      .first()
      .check();
    await page.getByRole('button', { name: 'Redrive' }).click();
    await page.getByRole('button', { name: 'Dry run' }).click();
    await page.getByText('would redrive 1 letter').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Redrive' }).click();
    await page.getByText('1 letter redriven').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.getByText('UNREADABLE_JSON').first().waitFor();
    await page.close();
  });

  test('a new gate is checked before it is uploaded', async () => {
    const page = await browser.open(addressOf(running, '/new'));
    await page.getByLabel('Jira story').fill('nonsense');
    await page.getByText('expected a Jira issue key such as PROJ-12345').waitFor();
    await page.getByLabel('Jira story').fill('WEB-4');
    await page.getByLabel('Packages').fill('pkg-001, pkg-002');
    await page.getByRole('button', { name: 'Start the gate' }).click();
    await page.locator('.state-waiting', { hasText: 'WaitForCallback' }).waitFor();
    await page.close();
  });

  test('activity and overview tell what has happened', async () => {
    const page = await browser.open(addressOf(running, '/activity'));
    await page.getByText('Relayed in').first().waitFor();
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByText('Cost so far this month').waitFor();
    await page.getByText('CallbackRejected').waitFor();
    await page.close();
  });

  test('the page says that it is not connected, and connects again by itself', async () => {
    const page = await browser.open(addressOf(running, '/gates'));
    await page.getByText('Live', { exact: true }).waitFor();
    const before = browser.complaints.length;
    await running.close();
    await page.getByText('Not connected').waitFor();
    running = await consoleFor(runtime.endpoint, Number(new URL(running.url).port));
    await page.getByText('Live', { exact: true }).waitFor();
    browser.complaints.splice(before); // the browser itself reports refused connections
    await page.close();
  });

  test.each([
    ['light', 1280],
    ['dark', 400],
  ])('axe finds nothing serious, and nothing is wider than the window: %s, %i px', async (theme, width) => {
    await deadLetter(randomUUID());
    const execution = await waitingGate(`AXE-${width}`);
    for (const path of ['/gates', `/executions/${execution}`, '/letters', '/activity', '/overview', '/new']) {
      const page = await browser.open(addressOf(running, path), { width, dark: theme === 'dark' });
      await page.getByText('Live', { exact: true }).waitFor();
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      if (path.startsWith('/executions/')) await page.locator('.state-waiting').waitFor();
      expect({ path, problems: await seriousProblems(page) }).toEqual({ path, problems: [] });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await page.close();
    }
  });

  test('no page has complained', () => {
    expect(browser.complaints).toEqual([]);
  });
});
