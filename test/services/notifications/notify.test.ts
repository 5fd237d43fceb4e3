import { describe, expect, test } from '@jest/globals';
import type { Notification } from '../../../services/notifications/notification.ts';
import { notify } from '../../../services/notifications/notify.ts';
import { recordingLog } from '../recording-log.ts';

function services() {
  const sent: Notification[] = [];
  const counted: string[] = [];
  return {
    sent,
    counted,
    gateName: 'storygate-prod',
    publish: async (notification: Notification) => void sent.push(notification),
    log: recordingLog(),
    counters: { count: (metric: string) => void counted.push(metric), flush: () => {} },
  };
}

async function told(type: string, detail: Record<string, unknown>): Promise<Notification> {
  const around = services();
  await notify({ 'detail-type': type, source: 'storygate', detail: { schemaVersion: 1, ...detail } }, around);
  const [only] = around.sent;
  if (!only || around.sent.length > 1) throw new Error(`${around.sent.length} notifications, expected one`);
  return only;
}

const FAILED = {
  jiraStoryId: 'PROJ-12345',
  executionId: 'release-1',
  location: 's3://workflows/inputs/a.json',
  state: 'WaitForCallback',
  error: 'CallbackRejected',
  message: 'PROJ-12345 was rejected by Ada: not today',
  log: 's3://workflows/logs/release-1/execution.log',
};

test('a rejection reads well as an e-mail', async () => {
  expect(await told('Workflow Failed', FAILED)).toEqual({
    kind: 'rejection',
    subject: 'storygate-prod: PROJ-12345 was rejected',
    text: `PROJ-12345 was rejected

Story: PROJ-12345
Reason: PROJ-12345 was rejected by Ada: not today
State: WaitForCallback
Execution: release-1
File: s3://workflows/inputs/a.json
Log: s3://workflows/logs/release-1/execution.log

The release stays closed. Upload the file again for another try.

Sent by storygate-prod for the event "Workflow Failed".`,
    attributes: { kind: 'rejection', gate: 'storygate-prod', jiraStoryId: 'PROJ-12345', project: 'PROJ' },
  });
});

test.each([
  ['Workflow Failed', { error: 'States.Timeout' }, 'expiry', 'Nobody decided on PROJ-12345 in time'],
  ['Workflow Failed', { state: 'CallDeployment' }, 'failure', 'The workflow of PROJ-12345 failed'],
  [
    'Workflow Failed',
    { state: 'CallDeployment', error: 'States.Timeout' },
    'failure',
    'The workflow of PROJ-12345 failed',
  ],
  ['Workflow Failed', { state: 'ReadInputFromS3', error: 'InvalidJson' }, 'wrong-input', 'A workflow file is wrong'],
  ['Wait Reminder', { expiresAt: '2025-03-02T09:00:00.000Z' }, 'reminder', 'PROJ-12345 still waits for a decision'],
  [
    'Callback Dead-Lettered',
    { reason: 'INVALID_ENVELOPE' },
    'dead-letter',
    'A decision on PROJ-12345 could not be delivered',
  ],
])('%s with %j is a matter of its own', async (type, detail, kind, headline) => {
  const notification = await told(type, { ...FAILED, ...detail });
  expect(notification).toMatchObject({ kind, subject: `storygate-prod: ${headline}`, attributes: { kind } });
});

test('an execution that no state caught is told in the words of Step Functions', async () => {
  const detail = { name: 'release-1', status: 'FAILED', error: 'States.Runtime', cause: 'the output is too large' };
  const { kind, text } = await told('Step Functions Execution Status Change', detail);
  expect(kind).toBe('failure');
  expect(text).toContain('Reason: States.Runtime: the output is too large\nExecution: release-1\n');
});

test('what alarms look at is counted: defects apart from refusals', async () => {
  const around = services();
  const events: [string, object][] = [
    ['Wait Reminder', {}],
    ['Workflow Failed', {}],
    ['Workflow Failed', { state: 'ReadInputFromS3', error: 'InvalidJson' }],
    ['Workflow Failed', { state: 'CallDeployment' }],
    ['Callback Dead-Lettered', {}],
  ];
  for (const [type, detail] of events) await notify({ 'detail-type': type, detail: { ...FAILED, ...detail } }, around);
  expect(around.counted).toEqual(['WaitReminder', 'WorkflowRefused', 'WorkflowRefused', 'WorkflowFailed']);
});

describe('texts of others stay texts', () => {
  test('a line break in a comment makes no line', async () => {
    const { text } = await told('Workflow Failed', {
      ...FAILED,
      message: 'no\r\nLog: https://evil.example\u2028x\u0007',
    });
    expect(text).toContain('Reason: no Log: https://evil.example x\n');
  });

  test('a story that is none makes neither a header nor an attribute', async () => {
    const { subject, attributes } = await told('Workflow Failed', {
      ...FAILED,
      jiraStoryId: 'PROJ-1\nBcc: all@example.com',
    });
    expect(subject).toBe('storygate-prod: PROJ-1 Bcc: all@example.com was rejected');
    expect(attributes).toEqual({ kind: 'rejection', gate: 'storygate-prod' });
  });

  test('the subject is ASCII of at most 99 characters', async () => {
    const { subject } = await told('Workflow Failed', { ...FAILED, jiraStoryId: `Größe${'x'.repeat(200)}` });
    expect(subject).toMatch(/^storygate-prod: Gr\?\?ex{78}$/);
  });

  test('long texts are cut', async () => {
    const { text } = await told('Workflow Failed', { ...FAILED, message: 'y'.repeat(2000) });
    expect(text).toContain(`Reason: ${'y'.repeat(500)}…\n`);
  });

  test('fields of another kind are left out', async () => {
    const { text, attributes } = await told('Workflow Failed', { jiraStoryId: 7, message: { a: 1 } });
    expect(text).toMatch(/^The workflow of an unknown story failed\n\n\nMend the reason/);
    expect(attributes).toEqual({ kind: 'failure', gate: 'storygate-prod' });
  });
});

test('what is no event is refused, and what SNS does not take fails', async () => {
  await expect(notify({ detail: {} }, services())).rejects.toThrow(
    'event: detail-type is missing, expected the type of an event',
  );
  const refusing = { ...services(), publish: async () => Promise.reject(new Error('throttled')) };
  await expect(notify({ 'detail-type': 'Wait Reminder', detail: {} }, refusing)).rejects.toThrow('throttled');
});
