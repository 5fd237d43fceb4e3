import { describe, expect, test } from '@jest/globals';
import { writeOutputs } from '../../../services/outputs/outputs.ts';
import { humanDuration } from '../../../services/outputs/timings.ts';
import type { DomainEvent } from '../../../services/shared/domain-events.ts';
import { recordingLog } from '../recording-log.ts';

function bucket() {
  const files = new Map<string, string>();
  const events: DomainEvent[] = [];
  const services = {
    bucketName: 'workflows',
    write: async (key: string, _: string, content: string) => void files.set(key, content),
    publish: async (some: readonly DomainEvent[]) => void events.push(...some),
    log: recordingLog(),
  };
  return { files, events, services };
}

const STEPS = [
  {
    state: 'ReadInputFromS3',
    enteredAt: '2025-03-01T09:00:00.100Z',
    finishedAt: '2025-03-01T09:00:00.250Z',
    note: 'read s3://workflows/inputs/a.json',
  },
  {
    state: 'CallValidation',
    enteredAt: '2025-03-01T09:00:00.301Z',
    finishedAt: '2025-03-01T09:00:01.000Z',
    note: 'HTTP 200',
  },
  { state: 'ParallelAPIProcessing', enteredAt: '2025-03-01T09:00:00.300Z', finishedAt: '2025-03-01T09:00:01.500Z' },
  {
    state: 'WaitForCallback',
    enteredAt: '2025-03-01T09:00:01.500Z',
    finishedAt: '2025-03-01T11:30:00.000Z',
    note: 'approved by Ada',
  },
];
const CALLBACK = {
  callbackId: 'c-1',
  outcome: 'success',
  actor: { id: '1', displayName: 'Ada' },
  message: 'ship\nit',
  source: 'native-webhook',
  decidedAt: '2025-03-01T11:29:58.000Z',
  jira: { status: 'Done', resolution: 'Fixed' },
};
const COMMON = {
  executionId: 'a-1',
  executionArn: 'arn:a-1',
  startedAt: '2025-03-01T09:00:00.000Z',
  location: 's3://workflows/inputs/a.json',
  steps: STEPS,
};
const INPUT = { jiraStoryId: 'PROJ-1', packageIds: ['a'], team: 'core' };
const APIS = { validation: { statusCode: 200, body: { valid: true } } };

test('result.json holds input, API results, warnings, the callback and timings', async () => {
  const { files, events, services } = bucket();
  const request = { ...COMMON, operation: 'result', input: INPUT, apis: APIS, warnings: ['w'], callback: CALLBACK };
  expect(await writeOutputs(request, services)).toEqual({ location: 's3://workflows/outputs/a-1/result.json' });
  expect([...files.keys()]).toEqual(['outputs/a-1/result.json']);
  expect(JSON.parse(files.get('outputs/a-1/result.json') ?? '')).toEqual({
    schemaVersion: 1,
    executionId: 'a-1',
    executionArn: 'arn:a-1',
    status: 'SUCCEEDED',
    jiraStoryId: 'PROJ-1',
    source: 's3://workflows/inputs/a.json',
    input: INPUT,
    apis: APIS,
    warnings: ['w'],
    callback: CALLBACK,
    decisions: [
      {
        callbackId: 'c-1',
        outcome: 'success',
        actor: { id: '1', displayName: 'Ada' },
        comment: 'ship\nit',
        status: 'Done',
        resolution: 'Fixed',
        decidedAt: '2025-03-01T11:29:58.000Z',
        source: 'native-webhook',
      },
    ],
    timings: {
      startedAt: '2025-03-01T09:00:00.000Z',
      finishedAt: '2025-03-01T11:30:00.000Z',
      durationMs: 9_000_000,
      steps: [
        expect.objectContaining({ state: 'ReadInputFromS3', durationMs: 150 }),
        expect.objectContaining({ state: 'ParallelAPIProcessing', durationMs: 1200 }),
        expect.objectContaining({ state: 'CallValidation', durationMs: 699 }),
        expect.objectContaining({ state: 'WaitForCallback', durationMs: 8_998_500 }),
      ],
    },
  });
  expect(events).toEqual([]);
});

test('execution.log has a line a step and the decision', async () => {
  const { files, events, services } = bucket();
  const request = {
    ...COMMON,
    operation: 'log',
    jiraStoryId: 'PROJ-1',
    warnings: ['CallNotification failed: x'],
    callback: CALLBACK,
  };
  await writeOutputs(request, services);
  expect(files.get('logs/a-1/execution.log')).toBe(
    `2025-03-01T09:00:00.000Z  START     execution a-1 for s3://workflows/inputs/a.json
2025-03-01T09:00:00.100Z  OK        ReadInputFromS3              150 ms  read s3://workflows/inputs/a.json
2025-03-01T09:00:00.300Z  OK        ParallelAPIProcessing         1.2 s
2025-03-01T09:00:00.301Z  OK        CallValidation               699 ms  HTTP 200
2025-03-01T09:00:01.500Z  OK        WaitForCallback          2 h 29 min  approved by Ada
2025-03-01T11:30:00.000Z  WARN      CallNotification failed: x
2025-03-01T11:30:00.000Z  DECISION  approved by Ada at 2025-03-01T11:29:58.000Z through native-webhook (Done, Fixed): ship ⏎ it
2025-03-01T11:30:00.000Z  SUCCEEDED after 2 h 30 min
`,
  );
  expect(events).toMatchObject([
    { type: 'Workflow Succeeded', detail: { jiraStoryId: 'PROJ-1', result: 's3://workflows/outputs/a-1/result.json' } },
  ]);
});

test('several answers are all shown, the deciding one last', async () => {
  const { files, services } = bucket();
  const vote = (displayName: string, message: string) => ({
    ...{ callbackId: `c-${displayName}`, outcome: 'success', actor: { id: displayName, displayName }, message },
    ...{ source: 'automation', decidedAt: '2025-03-01T10:00:00.000Z', status: 'Done', jiraStoryId: 'PROJ-1' },
  });
  const callback = { ...CALLBACK, decisions: [vote('Ada', 'fine'), vote('Ben', '')] };
  await writeOutputs({ ...COMMON, operation: 'result', input: INPUT, apis: APIS, warnings: [], callback }, services);
  await writeOutputs({ ...COMMON, operation: 'log', jiraStoryId: 'PROJ-1', warnings: [], callback }, services);
  expect(JSON.parse(files.get('outputs/a-1/result.json') ?? '')).toMatchObject({
    decisions: [
      { actor: { id: 'Ada', displayName: 'Ada' }, comment: 'fine', status: 'Done', source: 'automation' },
      { actor: { displayName: 'Ben' }, decidedAt: '2025-03-01T10:00:00.000Z' },
    ],
  });
  expect(files.get('logs/a-1/execution.log')?.match(/DECISION.*/g)).toEqual([
    'DECISION  approved by Ada at 2025-03-01T10:00:00.000Z through automation (Done): fine',
    'DECISION  approved by Ben at 2025-03-01T10:00:00.000Z through automation (Done)',
  ]);
});

describe('an error', () => {
  const error = {
    state: 'WaitForCallback',
    error: 'CallbackRejected',
    message: 'PROJ-1 was rejected by Ada: no',
    cause: { callbackId: 'c-1', outcome: 'failure', actor: { displayName: 'Ada' }, message: 'no' },
  };
  const failedWait = { ...STEPS[3], failed: true, note: 'CallbackRejected' };
  const request = {
    ...COMMON,
    operation: 'error',
    steps: [STEPS[0], failedWait],
    error,
    executionInput: { bucket: 'workflows', key: 'inputs/a.json' },
    input: INPUT,
  };

  test('is reported with state, error, cause and input', async () => {
    const { files, events, services } = bucket();
    expect(await writeOutputs(request, services)).toEqual({ location: 's3://workflows/logs/a-1/error.json' });
    expect(JSON.parse(files.get('logs/a-1/error.json') ?? '')).toMatchObject({
      status: 'FAILED',
      ...error,
      input: INPUT,
      executionInput: { key: 'inputs/a.json' },
      failedAt: '2025-03-01T11:30:00.000Z',
    });
    expect(events).toMatchObject([
      { type: 'Workflow Failed', detail: { jiraStoryId: 'PROJ-1', state: 'WaitForCallback' } },
    ]);
  });

  test('has a log, too', async () => {
    const { files, services } = bucket();
    await writeOutputs(request, services);
    const lines = files.get('logs/a-1/execution.log')?.split('\n') ?? [];
    expect(lines[2]).toBe('2025-03-01T09:00:01.500Z  ERROR     WaitForCallback          2 h 29 min  CallbackRejected');
    expect(lines[3]).toBe('2025-03-01T11:30:00.000Z  DECISION  rejected by Ada: no');
    expect(lines[4]).toBe(
      '2025-03-01T11:30:00.000Z  FAILED    in WaitForCallback after 2 h 30 min: CallbackRejected: PROJ-1 was rejected by Ada: no',
    );
  });

  test('before the file was read has no input', async () => {
    const { files, events, services } = bucket();
    await writeOutputs({ ...request, input: null, steps: [] }, services);
    expect(JSON.parse(files.get('logs/a-1/error.json') ?? '')).toMatchObject({
      input: null,
      failedAt: COMMON.startedAt,
    });
    expect(events[0]?.detail.jiraStoryId).toBeUndefined();
  });
});

test('the log says how a workflow ended and how long its decision took', async () => {
  const { services } = bucket();
  const success = { ...COMMON, jiraStoryId: 'PROJ-1', warnings: [], callback: CALLBACK };
  const error = { state: 'WaitForCallback', error: 'CallbackRejected', message: 'm', cause: '' };
  const failure = { ...COMMON, error, executionInput: {}, input: INPUT };
  await writeOutputs({ ...success, operation: 'result', input: INPUT, apis: APIS }, services);
  await writeOutputs({ ...success, operation: 'log' }, services);
  await writeOutputs({ ...failure, operation: 'error' }, services);
  expect(services.log.entries.map(({ facts }) => facts)).toEqual([
    { operation: 'result', executionId: 'a-1', jiraStoryId: 'PROJ-1' },
    { operation: 'log', executionId: 'a-1', jiraStoryId: 'PROJ-1', decisionSeconds: 8998.5 },
    {
      ...{ operation: 'error', executionId: 'a-1', jiraStoryId: 'PROJ-1', decisionSeconds: 8998.5 },
      ...{ state: 'WaitForCallback', error: 'CallbackRejected' },
    },
  ]);
});

test('writing again writes the same', async () => {
  const { files, services } = bucket();
  const request = { ...COMMON, operation: 'result', input: INPUT, apis: APIS, warnings: [], callback: {} };
  await writeOutputs(request, services);
  const first = files.get('outputs/a-1/result.json');
  await writeOutputs(request, services);
  expect(files.get('outputs/a-1/result.json')).toBe(first);
});

test.each([[null], ['yes'], [{}], [{ actor: 7, jira: [] }]])(
  'an approval by hand with %j is written as it is',
  async (callback) => {
    const { files, services } = bucket();
    await writeOutputs({ ...COMMON, operation: 'log', jiraStoryId: 'PROJ-1', warnings: [], callback }, services);
    expect(files.get('logs/a-1/execution.log')).toContain('DECISION  approved by unknown\n');
  },
);

test('what S3 does not take has the name on which the state machine tries again', async () => {
  const { services } = bucket();
  services.write = async () => {
    throw new Error('SlowDown');
  };
  const request = { ...COMMON, operation: 'log', jiraStoryId: 'PROJ-1', warnings: [], callback: {} };
  await expect(writeOutputs(request, services)).rejects.toMatchObject({
    name: 'OutputNotWritten',
    message: 's3://workflows/logs/a-1/execution.log could not be written',
  });
});

test.each([
  [{ ...COMMON, operation: 'rename' }, 'operation is "rename", expected operation result, log or error'],
  [{ ...COMMON, operation: 'log', executionId: '../x' }, 'executionId is "../x", expected an execution name'],
])('another request is refused', async (request, problem) => {
  const { services } = bucket();
  await expect(writeOutputs(request, services)).rejects.toThrow(problem);
});

test.each([
  [999, '999 ms'],
  [1000, '1.0 s'],
  [59_940, '59.9 s'],
  [60_000, '1 min 0 s'],
  [3_599_000, '59 min 59 s'],
  [86_400_000, '24 h 0 min'],
])('%i ms read as %s', (milliseconds, text) => {
  expect(humanDuration(milliseconds)).toBe(text);
});
