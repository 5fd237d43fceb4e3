import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { rotate } from '../../../services/rotation/rotate.ts';
import { webhookSecretRotation } from '../../../services/rotation/rotate-webhook-secret.ts';
import { clientConfig, type RunningGateway, runGateway } from '../../local/gateway/running-gateway.ts';
import { recordingLog } from '../recording-log.ts';

let local: RunningGateway;
let client: SecretsManagerClient;
let SecretId: string;
let secrets = 0;

beforeAll(async () => {
  local = await runGateway();
  client = new SecretsManagerClient(clientConfig(local.gateway));
});
afterAll(async () => {
  client.destroy();
  await local.close();
});
beforeEach(() => {
  SecretId = local.secrets.putSecret({
    name: `webhook-${++secrets}`,
    secretString: '{"current":"first","previous":"oldest","note":"by Ada"}',
  }).arn;
});

const TOKEN = 'new-version-0000000000000000000000';
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

/** What Secrets Manager does: marks a version, then calls the function with each step. */
function rotation(distribute?: (value: { current: string }) => Promise<void>) {
  const log = recordingLog();
  const services = { client, log, rotation: { ...webhookSecretRotation, ...(distribute && { distribute }) } };
  return {
    log,
    step: (Step: string, ClientRequestToken = TOKEN) => rotate({ Step, SecretId, ClientRequestToken }, services),
  };
}

const at = async (VersionStage: string): Promise<Record<string, string>> =>
  JSON.parse((await client.send(new GetSecretValueCommand({ SecretId, VersionStage }))).SecretString ?? '{}');
const versions = async () =>
  Object.keys((await client.send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages ?? {});

describe('a rotation', () => {
  test('makes a new current one, keeps the former as previous, forgets the one before, and leaves the rest alone', async () => {
    const { step } = rotation();
    for (const name of STEPS) await step(name);
    const { current, ...rest } = await at('AWSCURRENT');
    expect(current).toMatch(/^[A-Za-z0-9]{48}$/);
    expect(rest).toEqual({ previous: 'first', note: 'by Ada' });
  });

  test('whose steps are repeated makes one version, and moves on once', async () => {
    const handed: string[] = [];
    const { step } = rotation(async ({ current }) => void handed.push(current));
    await step('createSecret');
    const made = await at('AWSPENDING');
    await step('createSecret');
    expect(await at('AWSPENDING')).toEqual(made);
    for (const name of [...STEPS, ...STEPS]) await step(name);
    expect(await at('AWSCURRENT')).toEqual(made);
    expect(await versions()).toHaveLength(2);
    expect(handed.at(-1)).toBe(made['current']);
  });

  test('that broke off before all had the new one begins by handing it to them: the next would forget what they hold', async () => {
    const handed: string[] = [];
    let broken = true;
    const { step } = rotation(async ({ current }) => {
      if (broken && current !== 'first') throw new Error('EventBridge is away');
      handed.push(current);
    });
    for (const name of STEPS.slice(0, 3)) await step(name);
    await expect(step('finishSecret')).rejects.toThrow('EventBridge is away');
    const { current: inUse } = await at('AWSCURRENT');
    broken = false;
    await step('createSecret', `next-${TOKEN}`);
    expect(handed).toEqual(['first', inUse]);
    expect((await at('AWSPENDING'))['previous']).toBe(inUse);
  });

  test('that would lock out who uses the secret stops before it', async () => {
    const pending = { SecretString: '{"current":"other","previous":"other still"}', VersionStages: ['AWSPENDING'] };
    await client.send(new PutSecretValueCommand({ SecretId, ClientRequestToken: TOKEN, ...pending }));
    await expect(rotation().step('testSecret')).rejects.toThrow(
      `version ${TOKEN} does not keep what is valid now: it would lock out all who use it`,
    );
  });

  test('is tried out by Secrets Manager with a copy of what is in use, when the function is attached', async () => {
    const pending = { SecretString: JSON.stringify(await at('AWSCURRENT')), VersionStages: ['AWSPENDING'] };
    await client.send(new PutSecretValueCommand({ SecretId, ClientRequestToken: TOKEN, ...pending }));
    await rotation().step('testSecret');
  });

  test('without a value to test says which step is missing', async () => {
    await expect(rotation().step('testSecret')).rejects.toThrow('has no value: createSecret comes first');
  });
});

test.each([
  ['is not JSON', 'hush', 'is not a JSON object'],
  ['has no current', '{"previous":"hush"}', 'the secret: current is (hidden), expected the secret in use'],
])('a secret that %s is not rotated, and not shown', async (_, SecretString, message) => {
  await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
  const { step, log } = rotation();
  await expect(step('createSecret')).rejects.toThrow(message);
  expect(JSON.stringify(log)).not.toContain('hush');
});

test('an event that is no step of a rotation is refused', async () => {
  await expect(rotation().step('dropSecret')).rejects.toThrow('Step is "dropSecret", expected a step of a rotation');
});
