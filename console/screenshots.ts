import { setTimeout } from 'node:timers/promises';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { pendingWaits } from '../cli/gates/pending-waits.ts';
import { postDecision, webhookSecret } from '../cli/gates/post-decision.ts';
import { automationRequest } from '../cli/gates/webhook-request.ts';
import type { Gate } from '../cli/session.ts';
import { openBrowser } from '../test/console/browser.ts';
import { addressOf, consoleFor } from '../test/console/console-under-test.ts';
import { gateAt } from '../test/support/gate-at.ts';
import { startLocalRuntime } from '../test/support/local-runtime.ts';
import { startGate } from './server/actions.ts';

/** Takes the screenshots of the documents from a real local run: `npm run screenshots`. */
const PACKAGES = [
  ['billing-api', 'billing-web'],
  ['search-index'],
  ['checkout', 'payments', 'ledger', 'mailer'],
  ['identity'],
];
const SHOTS = [
  { name: 'gates', path: '/gates', dark: false, width: 1280 },
  { name: 'execution', path: '/executions/', dark: true, width: 1280 },
  { name: 'dead-letters', path: '/letters', dark: false, width: 1280 },
  { name: 'activity', path: '/activity', dark: true, width: 1280 },
  { name: 'overview', path: '/overview', dark: false, width: 1280 },
  { name: 'new-gate', path: '/new', dark: false, width: 1280 },
  { name: 'narrow', path: '/gates', dark: true, width: 400 },
] as const;

const runtime = await startLocalRuntime({ args: ['--stack', 'storygate-dev-release-gate'] });
const gate = await gateAt(runtime.endpoint);
const running = await consoleFor(runtime.endpoint);
const browser = await openBrowser();
try {
  const execution = await fill(gate);
  for (const { name, path, dark, width } of SHOTS) {
    const page = await browser.open(addressOf(running, path === '/executions/' ? `${path}${execution}` : path), {
      dark,
      width,
    });
    await page.getByText('Live', { exact: true }).waitFor();
    if (path === '/executions/') await page.locator('.state-waiting').waitFor();
    await setTimeout(1_500); // plots and the graph move into their places
    await page.screenshot({ path: `docs/images/console-${name}.png` });
    await page.close();
  }
} finally {
  await browser.close();
  await running.close();
  await runtime.stop();
}

/** Lets the local run look as if somebody worked with it. Returns an execution that waits. */
async function fill(target: Gate): Promise<string> {
  const names: string[] = [];
  for (const [index, packageIds] of PACKAGES.entries()) {
    const approval =
      index === 2 ? { approval: { quorum: 2, approvers: ['release-manager', 'quality-lead', 'product-owner'] } } : {};
    const content = JSON.stringify({ jiraStoryId: `PROJ-${1041 + index * 7}`, packageIds, ...approval });
    names.push((await startGate(target, { name: `release-${index + 1}.json`, content })).executionName);
  }
  while ((await pendingWaits(target, {}, new Date())).length < PACKAGES.length) await setTimeout(50);
  await decide(target, 'PROJ-1041', 'approve', 'Tested on staging');
  await decide(target, 'PROJ-1048', 'reject', 'Index is not rebuilt yet');
  await decide(target, 'PROJ-1055', 'approve', 'Load test is fine', 'quality-lead');
  await decide(target, 'PROJ-1055', 'approve', 'Looks good', 'developer');
  await decide(target, 'PROJ-2000', 'approve', 'Nobody waits for this one');
  await new SQSClient(target.target.settings).send(
    new SendMessageCommand({ QueueUrl: target.stack.output('CallbackQueueUrl'), MessageBody: 'no callback' }),
  );
  while ((await pendingWaits(target, {}, new Date())).length > PACKAGES.length - 2) await setTimeout(50);
  return names.at(-2) ?? '';
}

async function decide(
  target: Gate,
  story: string,
  verdict: 'approve' | 'reject',
  message: string,
  accountId?: string,
): Promise<void> {
  const role = accountId ?? (verdict === 'approve' ? 'release-manager' : 'quality-lead');
  const displayName = role.charAt(0).toUpperCase() + role.slice(1).replace('-', ' ');
  const actor = { displayName, ...(accountId && { accountId }) };
  await postDecision(target, automationRequest({ story, verdict, message, actor }, await webhookSecret(target)));
}
