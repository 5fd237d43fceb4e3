import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListStateMachineVersionsCommand, UpdateStateMachineAliasCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type InProcessRuntime, startInProcess } from '../../support/in-process-runtime.ts';
import { Gate } from '../gate.ts';

const directory = mkdtempSync(join(tmpdir(), 'storygate-'));
const first = join(directory, 'first');
const second = join(directory, 'second');
let runtime: InProcessRuntime;
let gate: Gate;

/** Two assemblies that differ in the gate's definition: the second writes `released` where the first writes `approved`. */
function assemblies(): void {
  for (const assembly of [first, second]) cpSync('cdk.out', assembly, { recursive: true });
  for (const name of readdirSync(second).filter((name) => /^asset\..*\.json$/.test(name))) {
    const definition = readFileSync(join(second, name), 'utf8');
    writeFileSync(join(second, name), definition.replace("'note': 'approved'", "'note': 'released'"));
  }
}

/** What a deployment is on this machine: the runtime starts with another assembly on the same data. */
async function deploy(assembly: string): Promise<void> {
  await runtime?.stop();
  const dataDir = join(directory, 'data');
  runtime = await startInProcess({ assembly, dataDir, stacks: ['storygate-dev-release-gate'] });
  gate = await Gate.of(runtime);
}

async function waitingGate(jiraStoryId: string): Promise<{ arn: string; name: string }> {
  const started = await gate.startBy({ jiraStoryId, packageIds: ['pkg-001'] });
  await gate.waiting(started.arn);
  return started;
}

/** Approves a gate that waits; returns its log. */
async function approve(jiraStoryId: string, { arn, name }: { arn: string; name: string }): Promise<string> {
  await gate.callback({ jiraStoryId, status: 'success', message: 'ship it' });
  expect((await gate.ended(arn)).status).toBe('SUCCEEDED');
  return gate.text(`logs/${name}/execution.log`);
}

beforeAll(async () => {
  assemblies();
  await deploy(first);
}, 60_000);
afterAll(async () => {
  await runtime?.stop();
  rmSync(directory, { recursive: true, force: true });
});

test('executions finish on the version that they began with, new ones run on the new one, and the alias goes back', async () => {
  const before = await waitingGate('ROLL-1');
  await deploy(second);
  const after = await waitingGate('ROLL-2');
  expect(await approve('ROLL-1', before)).toContain('approved by');
  expect(await approve('ROLL-2', after)).toContain('released by');

  const alias = gate.output('StateMachineArn');
  const stateMachineArn = alias.replace(/:live$/, '');
  const { stateMachineVersions = [] } = await gate.sfn.send(new ListStateMachineVersionsCommand({ stateMachineArn }));
  expect(stateMachineVersions.map(({ stateMachineVersionArn }) => stateMachineVersionArn)).toEqual([
    `${stateMachineArn}:2`,
    `${stateMachineArn}:1`,
  ]);
  const onTheSecond = await waitingGate('ROLL-3');
  await gate.sfn.send(
    new UpdateStateMachineAliasCommand({
      stateMachineAliasArn: alias,
      routingConfiguration: [{ stateMachineVersionArn: `${stateMachineArn}:1`, weight: 100 }],
    }),
  );
  const onTheFirst = await waitingGate('ROLL-4');
  expect(await approve('ROLL-3', onTheSecond)).toContain('released by');
  expect(await approve('ROLL-4', onTheFirst)).toContain('approved by');
}, 60_000);
