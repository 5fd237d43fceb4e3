import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DescribeExecutionCommand, ExecutionDoesNotExist, SFNClient } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import type { Runtime } from '../local/runtime.ts';
import { executionName } from '../services/ingest/execution-name.ts';
import { CliError, ExitCode } from './errors.ts';
import { follow, type Progress } from './follow.ts';
import { duration, type Terminal } from './terminal.ts';

const EXAMPLE = 'examples/workflow-input.json';
const KEY = 'inputs/workflow-input.json';
const WAITING_STATE = 'WaitForCallback';
const RESULT_STATE = 'WriteResultsToS3';

const example = z.looseObject({ jiraStoryId: z.string() });
const webhookSecret = z.object({ current: z.string() });

/** What the demo talks to: the release gate of the local run, through real SDK clients. */
interface Gate {
  s3: S3Client;
  sfn: SFNClient;
  secrets: SecretsManagerClient;
  outputs: Readonly<Record<string, string>>;
}

/** One release gate from a dropped file to its result, shown step by step; then the same again, to time a warm runtime. */
export async function runDemo(runtime: Runtime, terminal: Terminal): Promise<void> {
  const gate = gateOf(runtime);
  const { jiraStoryId } = example.parse(JSON.parse(await readFile(EXAMPLE, 'utf8')));
  terminal.heading(`Release gate for ${jiraStoryId}`);
  const cold = await runGate(gate, jiraStoryId, terminal);
  await showResult(gate, cold.executionArn, terminal);
  const warm = await runGate(gate, jiraStoryId);
  terminal.heading('How long it took');
  terminal.line(`  ${''.padEnd(34)}first gate  warm runtime`);
  timing(terminal, 'dropped file → waiting for Jira', cold.toPauseMs, warm.toPauseMs);
  timing(terminal, 'Jira callback → result.json', cold.toResultMs, warm.toResultMs);
}

function timing(terminal: Terminal, what: string, coldMs: number, warmMs: number): void {
  terminal.line(`  ${what.padEnd(34)}${duration(coldMs).padEnd(12)}${duration(warmMs)}`);
}

interface GateRun {
  executionArn: string;
  /** From the upload to the stored task token. */
  toPauseMs: number;
  /** From the callback to the written result. */
  toResultMs: number;
}

/** Drops the example, answers as Jira would, and follows it to its end; tells the steps if given a terminal. */
async function runGate(gate: Gate, jiraStoryId: string, terminal?: Terminal): Promise<GateRun> {
  const droppedAt = Date.now();
  const executionArn = await dropFile(gate);
  terminal?.done(`Dropped ${EXAMPLE} into ${KEY}`, `execution ${executionArn.split(':').at(-1)}`);
  const run: GateRun = { executionArn, toPauseMs: 0, toResultMs: 0 };
  let answeredAt = 0;
  for await (const progress of follow(gate.sfn, executionArn)) {
    if (terminal) show(progress, terminal);
    if (progress.kind === 'waiting' && progress.state === WAITING_STATE) {
      run.toPauseMs = progress.at.getTime() - droppedAt;
      answeredAt = Date.now();
      const status = await answer(gate, jiraStoryId);
      terminal?.done(`Jira says Done for ${jiraStoryId}`, `POST /callback → ${status}`);
    }
    if (progress.kind === 'finished' && progress.state === RESULT_STATE)
      run.toResultMs = progress.at.getTime() - answeredAt;
    if (progress.kind === 'ended' && progress.status !== 'SUCCEEDED') throw failed(executionArn, progress);
  }
  return run;
}

function gateOf(runtime: Runtime): Gate {
  const stack = runtime.stacks.find(({ name }) => name.endsWith('-release-gate'));
  if (!stack) throw new CliError('the demo needs the release-gate stack; start without --stack, or name it there');
  const client = {
    endpoint: runtime.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  return {
    s3: new S3Client(client),
    sfn: new SFNClient(client),
    secrets: new SecretsManagerClient(client),
    outputs: Object.fromEntries(stack.outputs.map(({ key, value }) => [key, value])),
  };
}

function output(gate: Gate, key: string): string {
  const value = gate.outputs[key];
  if (value === undefined) throw new CliError(`the release-gate stack has no output ${key}; run npm run synth again`);
  return value;
}

/** Uploads the example and waits for the execution that EventBridge starts. Its name follows from the upload. */
async function dropFile(gate: Gate): Promise<string> {
  const Bucket = output(gate, 'S3BucketName');
  const { VersionId } = await gate.s3.send(
    new PutObjectCommand({ Bucket, Key: KEY, Body: await readFile(EXAMPLE), ContentType: 'application/json' }),
  );
  const name = executionName(KEY, [Bucket, KEY, VersionId ?? '']);
  const machine = output(gate, 'StateMachineArn')
    .replace(':stateMachine:', ':execution:')
    .split(':')
    .slice(0, 7)
    .join(':');
  const executionArn = `${machine}:${name}`;
  const deadline = Date.now() + 30_000;
  while (!(await exists(gate.sfn, executionArn))) {
    if (Date.now() > deadline)
      throw new CliError(`the upload of ${KEY} has started no execution within 30 s; see --function-output`);
    await setTimeout(10);
  }
  return executionArn;
}

async function exists(sfn: SFNClient, executionArn: string): Promise<boolean> {
  try {
    await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return true;
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return false;
    throw error;
  }
}

/** Posts what Jira Automation posts when the story is moved to Done, with the secret that Jira would send. */
async function answer(gate: Gate, jiraStoryId: string): Promise<number> {
  const { SecretString = '{}' } = await gate.secrets.send(
    new GetSecretValueCommand({ SecretId: output(gate, 'WebhookSecretArn') }),
  );
  const { current } = webhookSecret.parse(JSON.parse(SecretString));
  const response = await fetch(output(gate, 'CallbackApiEndpoint'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${current}` },
    body: JSON.stringify({ jiraStoryId, status: 'success', message: 'Release approved' }),
  });
  if (!response.ok) throw new CliError(`the webhook answered ${response.status}: ${await response.text()}`);
  return response.status;
}

async function showResult(gate: Gate, executionArn: string, terminal: Terminal): Promise<void> {
  const key = `outputs/${executionArn.split(':').at(-1)}/result.json`;
  const { Body } = await gate.s3.send(new GetObjectCommand({ Bucket: output(gate, 'S3BucketName'), Key: key }));
  terminal.heading(key);
  terminal.line(((await Body?.transformToString()) ?? '').replace(/^/gm, '  '));
}

function show(progress: Progress, terminal: Terminal): void {
  if (progress.kind === 'finished') terminal.done(progress.state, duration(progress.tookMs));
  else if (progress.kind === 'waiting')
    terminal.line(`  ${terminal.style('yellow', '⏸')} ${progress.state} has stored its task token and waits for Jira`);
  else if (progress.kind === 'failed') terminal.warn(`${progress.state}: ${progress.error}`);
  else terminal.done(`Execution ${progress.status}`);
}

function failed(executionArn: string, { status, error, cause }: Extract<Progress, { kind: 'ended' }>): CliError {
  return new CliError(`${executionArn} ended ${status}: ${error ?? ''} ${cause ?? ''}`.trim(), {
    exitCode: ExitCode.workflowFailed,
  });
}
