import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListConnectionsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateStateMachineCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { roll } from '../../local/faults/dice.ts';
import { type LocalRuntime, startLocalRuntime } from '../support/local-runtime.ts';
import { Gate } from './gate.ts';
import { SideEffects } from './side-effects.ts';

/** `npm run test:long` kills 100 times. */
const KILLS = Number(process.env['STORYGATE_KILLS'] ?? 8);
const SEED = Number(process.env['STORYGATE_SEED'] ?? Math.floor(Math.random() * 1_000_000));
/** A run is killed at some moment of its first so many milliseconds. */
const WINDOW_MS = 300;
const STEPS = 8;
/** Executions started in each run. */
const STARTS = 4;

const dataDir = mkdtempSync(join(tmpdir(), 'storygate-'));
let effects: SideEffects;
let runtime: LocalRuntime;

beforeAll(async () => {
  effects = await SideEffects.listen();
  runtime = await startLocalRuntime({ dataDir });
}, 60_000);
afterAll(async () => {
  await runtime?.kill();
  effects?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function createMachine(): Promise<string> {
  const { Connections } = await new EventBridgeClient(runtime.client).send(new ListConnectionsCommand({}));
  const { stateMachineArn = '' } = await new SFNClient(runtime.client).send(
    new CreateStateMachineCommand({
      name: 'side-effects',
      definition: effects.machine(STEPS, Connections?.[0]?.ConnectionArn ?? ''),
      roleArn: 'arn:aws:iam::000000000000:role/local-admin',
    }),
  );
  return stateMachineArn;
}

/** A gate that waits, and the token that answers it. */
async function waitingGate(): Promise<{ arn: string; name: string; token: string }> {
  const gate = await Gate.of(runtime);
  const { arn, name } = await gate.startBy({ jiraStoryId: 'OLD-1', packageIds: ['pkg-001'] });
  await gate.waiting(arn);
  const { Items } = await new DynamoDBClient(runtime.client).send(
    new QueryCommand({
      TableName: gate.output('WaitsTableName'),
      KeyConditionExpression: 'jiraStoryId = :story',
      ExpressionAttributeValues: { ':story': { S: 'OLD-1' } },
    }),
  );
  return { arn, name, token: Items?.[0]?.['taskToken']?.S ?? '' };
}

/** Starts work in this run until the process dies; returns what was acknowledged. */
async function work(run: number, machine: string): Promise<{ executions: string[]; uploads: string[] }> {
  const executions: string[] = [];
  const uploads: string[] = [];
  const sfn = new SFNClient({ ...runtime.client, maxAttempts: 1 });
  const gate = await Gate.of(runtime).catch(() => undefined);
  const start = async (index: number) => {
    const input = JSON.stringify({ run, index });
    const name = `run-${run}-${index}`;
    const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn: machine, name, input }));
    executions.push(executionArn);
  };
  const upload = async () => {
    const uploaded = await gate?.upload({ jiraStoryId: `RUN-${run + 1}`, packageIds: ['pkg-001'] });
    if (uploaded) uploads.push(uploaded.versionId);
  };
  await Promise.allSettled([...Array.from({ length: STARTS }, (_, index) => start(index)), upload()]);
  return { executions, uploads };
}

test(
  `nothing is lost and no finished step runs again over ${KILLS} kills (seed ${SEED})`,
  async () => {
    const machine = await createMachine();
    const old = await waitingGate();
    const secret = await (await Gate.of(runtime)).webhookSecret();
    const acknowledged = { executions: [] as string[], uploads: [] as string[] };

    for (let run = 0; run < KILLS; run++) {
      const working = work(run, machine);
      await setTimeout(roll(SEED, 0, run) * WINDOW_MS);
      await runtime.kill();
      const { executions, uploads } = await working;
      acknowledged.executions.push(...executions);
      acknowledged.uploads.push(...uploads);
      runtime = await startLocalRuntime({ dataDir });
    }

    const gate = await Gate.of(runtime);
    expect(await gate.webhookSecret()).toBe(secret);
    for (const arn of acknowledged.executions) {
      const { status, events } = await gate.ended(arn);
      expect(status).toBe('SUCCEEDED');
      expect(events.filter(({ type }) => type === 'TaskSucceeded')).toHaveLength(STEPS);
      const steps = effects.of(arn.split(':').at(-1) ?? '');
      expect(new Set(steps)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
      expect(steps).toEqual(steps.toSorted((a, b) => a - b));
      expect(steps.length).toBeLessThanOrEqual(STEPS + KILLS); // a kill meets one step of an execution at most
    }
    for (const versionId of acknowledged.uploads) expect(await gate.startedBy({ versionId })).toHaveLength(1);

    const output = JSON.stringify({ outcome: 'success', message: 'answered at last' });
    await gate.sfn.send(new SendTaskSuccessCommand({ taskToken: old.token, output }));
    expect((await gate.ended(old.arn)).status).toBe('SUCCEEDED');
  },
  60_000 + KILLS * 5_000,
);
