import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { RunningConsole } from '../../console/server/serve.ts';
import { pendingShard } from '../../services/callback-relay/waits-table.ts';
import { type LocalRuntime, startLocalRuntime } from '../support/local-runtime.ts';
import { type Browser, hasBrowser, openBrowser } from './browser.ts';
import { addressOf, consoleFor, gateAt } from './console-under-test.ts';

jest.setTimeout(120_000);

const GATES = 10_000;
const WRITERS = 8;
const BATCH = 25;

let runtime: LocalRuntime;
let running: RunningConsole;
let browser: Browser;

/** Writes waits as `store-task-token` would have. */
async function writeWaits(): Promise<void> {
  const table = (await gateAt(runtime.endpoint)).stack.output('WaitsTableName');
  const client = new DynamoDBClient(runtime.client);
  const batches = Array.from({ length: GATES / BATCH }, (_, batch) =>
    Array.from({ length: BATCH }, (__, index) => waitItem(batch * BATCH + index)),
  );
  const write = async (): Promise<void> => {
    for (let batch = batches.pop(); batch; batch = batches.pop())
      await client.send(
        new BatchWriteItemCommand({ RequestItems: { [table]: batch.map((Item) => ({ PutRequest: { Item } })) } }),
      );
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
}

function waitItem(index: number) {
  const executionName = `many-${String(index).padStart(5, '0')}`;
  const texts = {
    jiraStoryId: `MANY-${index + 1}`,
    recordId: `WAIT#${executionName}`,
    executionName,
    executionArn: `arn:aws:states:us-east-1:000000000000:execution:storygate-dev-release-gate:${executionName}`,
    taskToken: `token-${index}`,
    startedAt: '2026-01-01T00:00:00.000Z',
    admitsFrom: '2026-01-01T00:00:00.000Z',
    waitingSince: new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString(),
    expiresAt: '2099-01-01T00:00:00.000Z',
    status: 'WAITING',
    pendingShard: pendingShard(executionName),
  };
  return {
    ...Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }])),
    attempt: { N: '0' },
  };
}

const withBrowser = hasBrowser() ? describe : describe.skip;

withBrowser('10,000 waiting gates', () => {
  beforeAll(async () => {
    runtime = await startLocalRuntime({ args: ['--stack', 'storygate-dev-release-gate'] });
    running = await consoleFor(runtime.endpoint);
    browser = await openBrowser();
    await writeWaits();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await running?.close();
    await runtime?.stop();
  });

  test('are shown, sorted and searched without lag', async () => {
    const page = await browser.open(addressOf(running, '/gates'));
    await page.getByText('(10000 waiting)').waitFor();
    expect(await page.getByRole('row').count()).toBeLessThan(40);
    const search = page.getByPlaceholder('Story, execution, person');
    const began = performance.now();
    await search.fill('MANY-9999');
    await page.getByText('1 match', { exact: true }).first().waitFor();
    await page.getByText('many-09998').waitFor();
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(browser.complaints).toEqual([]);
  });
});
