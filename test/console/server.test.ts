import { request } from 'node:http';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { pendingWaits } from '../../cli/gates/pending-waits.ts';
import { startGate } from '../../console/server/actions.ts';
import { activities } from '../../console/server/activity.ts';
import { withoutSecrets } from '../../console/server/redact.ts';
import type { RunningConsole } from '../../console/server/serve.ts';
import { eventually } from '../support/eventually.ts';
import { gateAt } from '../support/gate-at.ts';
import { type LocalRuntime, startLocalRuntime } from '../support/local-runtime.ts';
import { callConsole, consoleFor, TOKEN } from './console-under-test.ts';

jest.setTimeout(60_000);

let runtime: LocalRuntime;
let running: RunningConsole;

beforeAll(async () => {
  runtime = await startLocalRuntime({ args: ['--stack', 'storygate-dev-release-gate'] });
  running = await consoleFor(runtime.endpoint);
}, 120_000);

afterAll(async () => {
  await running?.close();
  await runtime?.stop();
});

/** A request with headers that `fetch` does not let one set. */
function statusOf(path: string, headers: Record<string, string>): Promise<number> {
  const { port } = new URL(running.url);
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.once('error', reject).end();
  });
}

/** The first event of a stream. */
async function firstEvent(path: string): Promise<string> {
  const response = await callConsole(running, path);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (reader && !text.includes('\n\n')) text += (await reader.read()).value ?? '';
  await reader?.cancel();
  return text;
}

describe('who may ask', () => {
  const key = { 'x-storygate-token': TOKEN };

  test('another host name is refused, even with the token: DNS may have been made to lead here', async () => {
    expect(await statusOf('/api/session', { host: 'evil.example.com', ...key })).toBe(403);
    expect(await statusOf('/', { host: 'evil.example.com' })).toBe(403);
  });

  test('another origin is refused', async () => {
    const { port } = new URL(running.url);
    expect(await statusOf('/api/session', { origin: 'https://evil.example.com', ...key })).toBe(403);
    expect(await statusOf('/api/session', { 'sec-fetch-site': 'cross-site', ...key })).toBe(403);
    expect(await statusOf('/api/session', { origin: `http://127.0.0.1:${port}`, ...key })).toBe(200);
  });

  test('the API wants the token of the session; the page itself does not', async () => {
    expect(await statusOf('/api/session', {})).toBe(401);
    expect(await statusOf('/api/session', { 'x-storygate-token': 'wrong' })).toBe(401);
    expect(await statusOf('/gates', {})).toBe(200);
  });

  test('no file outside of the built page is served', async () => {
    expect(await statusOf('/../server/serve.ts', {})).toBe(200); // an address of the page: index.html
    expect(await statusOf('/assets/..%2f..%2fapp%2fapp.css', {})).toBe(404);
  });

  test('the page runs no script but its own', async () => {
    const response = await callConsole(running, '/gates');
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(await response.text()).not.toMatch(/<script(?![^>]*src=)/);
  });
});

test('neither the task token nor the webhook secret ever comes to the page', async () => {
  const gate = await gateAt(runtime.endpoint);
  const content = JSON.stringify({ jiraStoryId: 'WEB-9', packageIds: ['pkg-001'] });
  const { executionName } = await startGate(gate, { name: 'secret.json', content });
  await eventually('it waits', async () => ((await pendingWaits(gate, {}, new Date())).length > 0 ? true : undefined));
  const table = gate.stack.output('WaitsTableName');
  const { Items = [] } = await new DynamoDBClient(runtime.client).send(new ScanCommand({ TableName: table }));
  const token = Items.map((item) => item['taskToken']?.S).find((value) => value !== undefined) ?? '';
  expect(token.length).toBeGreaterThan(20);
  const answers = await Promise.all([
    firstEvent('/api/live/gates'),
    firstEvent(`/api/live/executions/${executionName}`),
    firstEvent('/api/live/activity'),
    callConsole(running, '/api/session').then((response) => response.text()),
  ]);
  expect(answers[1]).toContain('(hidden)');
  expect(answers.filter((answer) => answer.includes(token))).toEqual([]);
});

test('what cannot be is said in words', async () => {
  const post = async (path: string, body: unknown) => (await callConsole(running, path, { body })).json();
  expect(await post('/api/decisions', { jiraStoryId: 'nonsense', verdict: 'approve', message: '', as: 'Jo' })).toEqual(
    expect.objectContaining({
      status: 400,
      message: expect.stringContaining('expected a Jira story such as PROJ-12345'),
    }),
  );
  expect(await post('/api/workflow-files', { name: 'x.json', content: '{"jiraStoryId":"WEB-1"}' })).toEqual(
    expect.objectContaining({ message: 'x.json: packageIds is missing, expected a list of 1 to 100 package ids' }),
  );
  expect((await callConsole(running, '/api/executions/none/definition')).status).toBe(404);
  expect((await callConsole(running, '/api/executions/none/file?key=inputs/secret.json')).status).toBe(404);
});

test('a token is taken out wherever its value stands', () => {
  const events = withoutSecrets([
    {
      timestamp: new Date(0),
      type: 'TaskScheduled',
      id: 1,
      taskScheduledEventDetails: {
        resourceType: 'lambda',
        resource: 'invoke.waitForTaskToken',
        region: 'us-east-1',
        parameters: '{"Payload":{"taskToken":"AQCEAAAAKgAAAAMA","jiraStoryId":"WEB-1"}}',
      },
    },
    {
      timestamp: new Date(0),
      type: 'TaskSubmitted',
      id: 2,
      taskSubmittedEventDetails: {
        resourceType: 'lambda',
        resource: 'invoke.waitForTaskToken',
        output: '{"echo":"it was AQCEAAAAKgAAAAMA"}',
      },
    },
  ]);
  expect(JSON.stringify(events)).not.toContain('AQCEAAAAKgAAAAMA');
  expect(events[1]?.taskSubmittedEventDetails?.output).toBe('{"echo":"it was (hidden)"}');
});

test('the lines of a callback become one entry that says why', () => {
  const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`;
  expect(
    activities([
      { at: at(1), message: 'callback accepted', callbackId: 'c1', jiraStoryId: 'WEB-1', outcome: 'success' },
      {
        at: at(2),
        message: 'callback finished',
        callbackId: 'c1',
        disposition: 'LATE',
        answers: [{ executionName: 'x', result: 'LATE', because: 'ended as TaskTimedOut' }],
      },
      { at: at(3), message: 'callback ignored', reason: 'the status is In Progress' },
    ]),
  ).toMatchObject([
    { disposition: 'NO_DECISION', because: 'the status is In Progress' },
    { disposition: 'LATE', jiraStoryId: 'WEB-1', because: 'ended as TaskTimedOut', executions: ['x'] },
  ]);
});
