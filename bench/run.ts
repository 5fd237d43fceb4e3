import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { callbackLatency, fivePasses, startWaiting } from './executions.ts';
import { gates } from './gates.ts';
import { median } from './lanes.ts';
import { MeasuredRuntime } from './measured-runtime.ts';

/** `npm run bench [-- name…]`: what the local runtime can do on this machine, beside what it should. */
const WAITING = 20_000;
/** Before memory is read: the runtime collects what it has left behind when it has been idle for some seconds. */
const REST_MS = 10_000;

const measures: Readonly<Record<string, () => Promise<void>>> = { start, passes, callbacks, gates: release, waiting };

const [, , ...wanted] = process.argv;
process.stdout.write(`${availableParallelism()} cores shared with the client, Node ${process.version}\n`);
for (const [name, measure] of Object.entries(measures))
  if (wanted.length === 0 || wanted.includes(name)) await measure();

async function start(): Promise<void> {
  await withDirectory(async (dataDir) => {
    const times: number[] = [];
    const memories: number[] = [];
    for (let round = 0; round < 6; round++) {
      const runtime = await MeasuredRuntime.start(dataDir);
      await setTimeout(1_000);
      if (round > 0) times.push(runtime.readyMs);
      memories.push(runtime.memory);
      await runtime.stop();
    }
    report('ready after process start, assembly at hand', median(times), 'ms', '≤ 400');
    report('idle memory', median(memories) / 1e6, 'MB', '≤ 150');
  });
}

async function passes(): Promise<void> {
  await withRuntime(async (runtime) => {
    const { at64, at16 } = await fivePasses(new SFNClient(runtime.client));
    report('five-Pass executions, 64 in flight', at64, '/s', '≥ 600');
    report('five-Pass executions, 16 in flight', at16, '/s', '≥ 500');
  });
}

async function callbacks(): Promise<void> {
  await withRuntime(async (runtime) => {
    const latency = await callbackLatency(new SFNClient(runtime.client), new SQSClient(runtime.client));
    report('SendTaskSuccess → SUCCEEDED, median', latency, 'ms', '≤ 3');
  });
}

async function release(): Promise<void> {
  await withRuntime(async (runtime) => {
    report('release gates, upload → result, 16 in flight', await gates(runtime, 400, 16), '/s', '≥ 40');
  });
}

async function waiting(): Promise<void> {
  await withDirectory(async (dataDir) => {
    const first = await MeasuredRuntime.start(dataDir);
    const sfn = new SFNClient(first.client);
    await startWaiting(sfn, 1_000);
    await setTimeout(REST_MS);
    const before = first.memory;
    await startWaiting(sfn, WAITING);
    await setTimeout(REST_MS);
    report(
      `memory for each further waiting execution (${WAITING})`,
      (first.memory - before) / WAITING / 1e3,
      'KB',
      '≤ 8',
    );
    await first.stop();
    const second = await MeasuredRuntime.start(dataDir);
    report(`ready with ${WAITING} waiting`, second.readyMs / 1e3, 's', '≤ 3');
    await second.stop();
  });
}

async function withRuntime(measure: (runtime: MeasuredRuntime) => Promise<void>): Promise<void> {
  await withDirectory(async (dataDir) => {
    const profile = process.env['STORYGATE_PROFILE'];
    const runtime = await MeasuredRuntime.start(dataDir, profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []);
    try {
      await measure(runtime);
    } finally {
      await runtime.stop();
    }
  });
}

async function withDirectory(measure: (dataDir: string) => Promise<void>): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'storygate-bench-'));
  try {
    await measure(dataDir);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function report(what: string, value: number, unit: string, bar: string): void {
  const number = value >= 100 ? value.toFixed(0) : value.toFixed(1);
  process.stdout.write(`${what.padEnd(52)} ${number.padStart(7)} ${unit.padEnd(3)} ${bar}\n`);
}
