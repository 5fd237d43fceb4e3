import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { postDecision, webhookSecret } from '../../cli/gates/post-decision.ts';
import { automationRequest } from '../../cli/gates/webhook-request.ts';
import { moveIssue } from '../support/moved-issue.ts';
import { hasBrowser } from './browser.ts';
import { ConsoleInBrowser } from './console-in-browser.ts';

jest.setTimeout(60_000);

let web: ConsoleInBrowser;

/** Decides a story as Jira would, while somebody looks at the page. */
async function decide(story: string, who: string): Promise<void> {
  const gate = await web.gate();
  const actor = { displayName: who, accountId: who.toLowerCase() };
  const decision = { story, verdict: 'approve', message: `${who} has looked`, actor } as const;
  await postDecision(gate, automationRequest(decision, await webhookSecret(gate)));
}

/** The progress of a gate's approvals, as a screen reader tells it. */
async function progress(page: Page, words: string): Promise<void> {
  await page.locator(`[role=progressbar][aria-label=approvals][aria-valuetext="${words}"]`).waitFor();
}

const withBrowser = hasBrowser() ? describe : describe.skip;

withBrowser('approvals in the browser', () => {
  beforeAll(async () => {
    web = await ConsoleInBrowser.start();
  }, 120_000);

  afterAll(() => web?.stop());

  test('a gate that asks for two people shows live who has answered, and whose answer does not count', async () => {
    const approval = { quorum: 2, approvers: ['ada', 'ben', 'jo'] };
    const execution = await web.waitingGate('TWO-1', { approval });
    const page = await web.open('/gates');
    await progress(page, '0 of 2 approvals');
    await page.getByText('may answer: ada, ben, jo').waitFor();

    await page.getByRole('button', { name: 'Approve TWO-1' }).click();
    await page.getByLabel('Jira account id').fill('jo');
    await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByText('Your answer for TWO-1 counts; it waits for more').waitFor();
    await progress(page, '1 of 2 approvals');
    await page.getByText('✓ Jo Doe').waitFor();
    await page.getByText('may answer: ada, ben', { exact: true }).waitFor();

    await decide('TWO-1', 'Mallory');
    await page.getByText('Mallory (mallory) is not among the approvers').waitFor();

    await page.close();
    const details = await web.open(`/executions/${execution}`);
    await progress(details, '1 of 2 approvals');
    await details.getByText('Counted: one of several approvals that the gate asks for (1 of 2 approvals)').waitFor();
    await details.getByText(/^Ignored: by someone who may not answer the gate \(Mallory/).waitFor();
    await decide('TWO-1', 'Ben');
    await details.getByText('Relayed: the execution goes on with it').waitFor();
    await progress(details, '2 of 2 approvals');
    await details.close();

    const ended = await web.open('/gates');
    await ended.getByText('by Jo Doe, Ben').waitFor();
    await ended.getByRole('link', { name: 'Activity' }).click();
    await ended.getByText('Counted: one of several approvals that the gate asks for').waitFor();
    await ended.getByText('Ignored: by someone who may not answer the gate').waitFor();
    await ended.close();
  });

  test('an issue that Jira has moved is shown with both keys, and found by either', async () => {
    const execution = await web.waitingGate('MOVED-1');
    const page = await web.open('/gates');
    await page.getByText('MOVED-1').first().waitFor();
    await moveIssue(await web.gate(), 'MOVED-1', 'ELSEWHERE-7');
    await page.getByRole('link', { name: 'ELSEWHERE-7' }).waitFor();
    await page.getByPlaceholder('Story, execution, person').fill('elsewhere-7');
    await page.getByText('1 match', { exact: true }).first().waitFor();
    await page.getByRole('link', { name: 'Activity' }).click();
    await page.getByText('Issue moved').waitFor();
    await page.getByText('was MOVED-1').waitFor();
    await page.close();

    await decide('ELSEWHERE-7', 'Ada');
    const details = await web.open(`/executions/${execution}`);
    await details.getByText('Moved to').waitFor();
    await details.getByText('Accepted by the webhook (automation, for ELSEWHERE-7)').waitFor();
    await details.close();
  });

  test('no page has complained', () => {
    expect(web.browser.complaints).toEqual([]);
  });
});
