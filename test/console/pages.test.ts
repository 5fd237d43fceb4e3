import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { source as axe } from 'axe-core';
import type { Page } from 'playwright-core';
import { DIST } from '../../console/server/static-files.ts';
import { eventually } from '../support/eventually.ts';
import { hasBrowser } from './browser.ts';
import { ConsoleInBrowser } from './console-in-browser.ts';

jest.setTimeout(60_000);

let web: ConsoleInBrowser;

async function deadLetter(body: string): Promise<void> {
  const QueueUrl = (await web.gate()).stack.output('CallbackDlqUrl');
  await new SQSClient(web.runtime.client).send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
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

/** Drops a file onto the page, as from the desktop. */
async function drop(page: Page, name: string, content: string): Promise<void> {
  const file = `new File([${JSON.stringify(content)}], ${JSON.stringify(name)}, { type: 'application/json' })`;
  const dataTransfer = await page.evaluateHandle(
    `(() => { const files = new DataTransfer(); files.items.add(${file}); return files; })()`,
  );
  await page.locator('.drop-here').dispatchEvent('drop', { dataTransfer });
}

/** Presses Tab until the focus is on the button of that name. */
async function tabTo(page: Page, name: string): Promise<void> {
  const button = page.getByRole('button', { name, exact: true });
  await eventually(`the focus on ${name}`, async () => {
    if ((await button.and(page.locator(':focus')).count()) > 0) return true;
    await page.keyboard.press('Tab');
    return undefined;
  });
}

const withBrowser = hasBrowser() ? describe : describe.skip;

withBrowser('the console in a browser', () => {
  beforeAll(async () => {
    web = await ConsoleInBrowser.start();
  }, 120_000);

  afterAll(() => web?.stop());

  test('a gate is approved by click and comes to its result', async () => {
    const execution = await web.waitingGate('WEB-1');
    const page = await web.open('/gates');
    expect(page.url()).not.toContain('token');
    await page.getByText('pkg-002').first().waitFor();
    expect(await page.getByRole('link', { name: 'WEB-1' }).first().getAttribute('href')).toBe(
      'https://jira.example.com/browse/WEB-1',
    );
    await page.getByRole('button', { name: 'Approve WEB-1' }).click();
    await page.getByLabel('Comment').fill('ship it');
    await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByText('WEB-1 is approved').waitFor();
    const bucket = (await web.gate()).stack.output('S3BucketName');
    const result = await eventually('result.json', async () =>
      new S3Client({ ...web.runtime.client, forcePathStyle: true })
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
    const execution = await web.waitingGate('WEB-2');
    const page = await web.open(`/executions/${execution}`);
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
    const execution = await web.waitingGate('WEB-3');
    const page = await web.open(`/executions/${execution}`);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('button', { name: 'Stop it' }).click();
    await page.getByText('ABORTED').first().waitFor();
    await page.getByRole('button', { name: 'Redrive' }).click();
    await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();
    await page.close();
  });

  test('dead letters are tried and redriven by click', async () => {
    await deadLetter('not a callback');
    const page = await web.open('/letters');
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
    const page = await web.open('/new');
    await page.getByLabel('Jira story').fill('nonsense');
    await page.getByText('expected a Jira issue key such as PROJ-12345').waitFor();
    await page.getByLabel('Jira story').fill('WEB-4');
    await page.getByLabel('Packages').fill('pkg-001, pkg-002');
    await page.getByLabel('Approvals').fill('3');
    await page.getByLabel('Approvers').fill('ada, ben');
    await page.getByText('approval.quorum is 3, expected at most the number of approvers').waitFor();
    await page.getByLabel('Approvals').fill('2');
    await page.getByRole('button', { name: 'Start the gate' }).click();
    await page.locator('.state-waiting', { hasText: 'WaitForCallback' }).waitFor();
    await page.getByText('0 of 2 approvals').waitFor();
    await page.close();
  });

  test('a file that is dropped is checked before it is uploaded, and starts a gate', async () => {
    const page = await web.open('/new');
    const start = page.getByRole('button', { name: 'Start the gate' });
    await drop(page, 'twice.json', '{"jiraStoryId":"WEB-5","packageIds":["a","a"]}');
    await page.getByText('packageIds is ["a","a"], expected each package id once').waitFor();
    expect(await start.isDisabled()).toBe(true);
    await drop(page, 'quorum.json', '{"jiraStoryId":"WEB-5","packageIds":["a"],"approval":{"quorum":0}}');
    await page.getByText('approval.quorum is 0, expected a whole number from 1 to 20').waitFor();
    await drop(page, 'right.json', '{"jiraStoryId":"WEB-5","packageIds":["a"]}');
    await page.getByText('The file is as the workflow wants it.').waitFor();
    await start.click();
    await page.locator('.state-waiting', { hasText: 'WaitForCallback' }).waitFor();
    await page.close();
  });

  test('by keyboard alone a gate is found and approved; its files are read and saved; it is started again', async () => {
    const execution = await web.waitingGate('WEB-6');
    const page = await web.open('/gates');
    await page.getByRole('button', { name: 'Approve WEB-6' }).waitFor();
    await tabTo(page, 'Approve WEB-6');
    await page.keyboard.press('Enter');
    await page.getByLabel('Comment').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('by keyboard');
    await tabTo(page, 'Approve');
    await page.keyboard.press('Enter');
    await page.getByText('WEB-6 is approved').waitFor();
    await page.close();

    const details = await web.open(`/executions/${execution}`);
    await details.getByRole('tab', { name: 'Files (2)' }).click();
    await details.getByText('"message": "by keyboard"').waitFor();
    const saved = details.waitForEvent('download');
    await details.getByRole('button', { name: 'Download' }).click();
    expect((await saved).suggestedFilename()).toBe('result.json');
    await details.getByRole('tab', { name: 'execution.log' }).click();
    await details.getByText(/DECISION +approved by Jo Doe/).waitFor();
    await details.getByRole('button', { name: 'Start again' }).click();
    await details.getByText('Started again').waitFor();
    await details.locator('.state-waiting', { hasText: 'WaitForCallback' }).waitFor();
    expect(details.url()).not.toContain(execution);
    await details.close();
  });

  test('activity and overview tell what has happened', async () => {
    const page = await web.open('/activity');
    await page.getByText('Relayed in').first().waitFor();
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByText('Cost so far this month').waitFor();
    await page.getByText('CallbackRejected').waitFor();
    await page.close();
  });

  test('the page says that it is not connected, and connects again by itself', async () => {
    const page = await web.open('/gates');
    await web.withoutConsole(page, () => page.getByText('Not connected').waitFor());
    await page.close();
  });

  test('the page says that the target is down, and goes on by itself when it is back', async () => {
    const page = await web.open('/gates');
    await web.withoutTarget(page, async () => {
      await page.getByText('The target does not answer as it should').waitFor();
      await page.getByText(/the local run of this test does not answer; start the local run/).waitFor();
    });
    await page.getByText('Nothing waits').waitFor();
    await page.close();
  });

  test('its scripts are small enough to be there at once', async () => {
    const scripts = readdirSync(`${DIST}/assets`).filter((name) => name.endsWith('.js'));
    const sizes = scripts.map((name) => gzipSync(readFileSync(`${DIST}/assets/${name}`)).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(700 * 1024);
    const page = await web.open('/gates');
    await page.getByText('Live', { exact: true }).waitFor();
    const paint = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    );
    expect(paint).toBeGreaterThan(0);
    process.stderr.write(`first contentful paint of the console: ${Math.round(paint)} ms\n`);
    await page.close();
  });

  test.each([
    ['light', 1280],
    ['dark', 400],
  ])('axe finds nothing serious, and nothing is wider than the window: %s, %i px', async (theme, width) => {
    await deadLetter(randomUUID());
    const execution = await web.waitingGate(`AXE-${width}`);
    for (const path of ['/gates', `/executions/${execution}`, '/letters', '/activity', '/overview', '/new']) {
      const page = await web.open(path, { width, dark: theme === 'dark' });
      await page.getByText('Live', { exact: true }).waitFor();
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      if (path.startsWith('/executions/')) await page.locator('.state-waiting').waitFor();
      expect({ path, problems: await seriousProblems(page) }).toEqual({ path, problems: [] });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await page.close();
    }
  });

  test('no page has complained', () => {
    expect(web.browser.complaints).toEqual([]);
  });
});
