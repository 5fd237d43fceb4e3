import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { pendingShard } from '../../services/callback-relay/waits-table.ts';
import { hasBrowser } from './browser.ts';
import { ConsoleInBrowser } from './console-in-browser.ts';

jest.setTimeout(120_000);

const GATES = 10_000;
const WRITERS = 8;
const BATCH = 25;

let web: ConsoleInBrowser;

/** Writes waits as `store-task-token` would have. */
async function writeWaits(): Promise<void> {
  const table = (await web.gate()).stack.output('WaitsTableName');
  const client = new DynamoDBClient(web.runtime.client);
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
    web = await ConsoleInBrowser.start();
    await writeWaits();
  }, 120_000);

  afterAll(() => web?.stop());

  test('are shown, sorted and searched without lag', async () => {
    const page = await web.open('/gates');
    await page.getByText('(10000 waiting)').waitFor();
    expect(await page.getByRole('row').count()).toBeLessThan(40);
    const search = page.getByPlaceholder('Story, execution, person');
    const began = performance.now();
    await search.fill('MANY-9999');
    await page.getByText('1 match', { exact: true }).first().waitFor();
    await page.getByText('many-09998').waitFor();
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(web.browser.complaints).toEqual([]);
  });
});
