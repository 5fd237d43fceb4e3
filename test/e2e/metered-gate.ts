import { fileURLToPath } from 'node:url';
import { jest } from '@jest/globals';
import { SystemClock } from '../../local/clock.ts';
import { RoleRegistry } from '../../local/iam/role-registry.ts';
import { Logs } from '../../local/logs/logs.ts';
import { startRuntime } from '../../local/runtime.ts';
import { eventually } from '../support/eventually.ts';
import type { LocalRuntime } from '../support/local-runtime.ts';
import { Gate } from './gate.ts';

/** CloudWatch Logs counts 26 bytes for each event besides its text. */
const LOG_EVENT_BYTES = 26;

/** Functions that events invoke: they may still run when the workflow has ended. */
const LATE = ['remind', 'close-wait'];

/** What approved gates used, as AWS would bill it. */
export interface Usage {
  /** Calls by IAM action: whatever a function, a state machine or a service does is authorized first. */
  calls: Map<string, number>;
  invocations: number;
  transitions: number;
  logBytes: number;
}

/** Approves gates one after another on the real template, in this process, and counts all that happens for them. */
export async function meterGates(gates: number): Promise<Usage> {
  const { runtime, stop } = await startHere();
  const authorize = jest.spyOn(RoleRegistry.prototype, 'authorize');
  const append = jest.spyOn(Logs.prototype, 'append');
  try {
    const gate = await Gate.of(runtime);
    const lines = () => append.mock.calls.flatMap(([group, , messages]) => messages.map((line) => ({ group, line })));
    const settled = (times: number) =>
      eventually('the functions that nobody waits for', () =>
        LATE.every((name) => reports(lines(), `/aws/lambda/storygate-dev-${name}`) === times) ? true : undefined,
      );
    await approve(gate, 'WARM-1'); // functions start, and read the secrets that they keep
    await settled(1);
    authorize.mockClear();
    append.mockClear();
    let transitions = 0;
    for (let number = 1; number <= gates; number++) transitions += await approve(gate, `PROJ-${number}`);
    await settled(gates);
    const byRoles = authorize.mock.calls.filter(([{ kind }]) => kind !== 'admin');
    return {
      calls: countEach(byRoles.flatMap(([, requirements]) => requirements.map(({ action }) => action))),
      invocations: reports(lines()),
      transitions,
      logBytes: lines().reduce((sum, { line }) => sum + Buffer.byteLength(line) + LOG_EVENT_BYTES, 0),
    };
  } finally {
    jest.restoreAllMocks();
    await stop();
  }
}

/** @returns the number of transitions: each state that was entered, and the end */
async function approve(gate: Gate, story: string): Promise<number> {
  const { arn } = await gate.startBy({ jiraStoryId: story, packageIds: ['pkg-001', 'pkg-002'] });
  await gate.waiting(arn);
  await gate.callback({ jiraStoryId: story, status: 'success', message: 'ship it' });
  const { status, events } = await gate.ended(arn);
  if (status !== 'SUCCEEDED') throw new Error(`the gate of ${story} ended as ${status}`);
  return events.filter(({ type }) => type?.endsWith('StateEntered')).length + 1;
}

async function startHere(): Promise<{ runtime: LocalRuntime; stop: () => Promise<void> }> {
  const { endpoint, stacks, close } = await startRuntime({
    assembly: fileURLToPath(new URL('../../cdk.out', import.meta.url)),
    clock: new SystemClock(),
    port: 0,
    stacks: ['storygate-dev-release-gate'],
  });
  const unwanted = () => Promise.reject(new Error('this runtime ends with its test, and its time with no one'));
  const outputs = stacks.flatMap((stack) => stack.outputs.map(({ key, value }) => [key, value]));
  const runtime: LocalRuntime = {
    endpoint,
    client: { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } },
    outputs: async () => Object.fromEntries(outputs),
    advance: unwanted,
    kill: unwanted,
    stop: close,
  };
  return { runtime, stop: close };
}

/** Invocations that have ended, of all functions or of the one with that log group. */
function reports(lines: readonly { group: string; line: string }[], only?: string): number {
  return lines.filter(({ group, line }) => line.startsWith('REPORT') && group === (only ?? group)).length;
}

function countEach(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
