import {
  CancelRotateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { SecretsManager } from '../../../local/secrets-manager/secrets-manager.ts';
import { eventually } from '../../support/eventually.ts';
import { type Compute, startCompute } from '../lambda/local-compute.ts';

const DAY_MS = 86_400_000;

/** A rotation function as AWS describes it; `fails` in its configuration names a step that fails. */
const ROTATE = `
  import { createRequire } from 'node:module';
  const sdk = createRequire(${JSON.stringify(`${process.cwd()}/package.json`)})('@aws-sdk/client-secrets-manager');
  const client = new sdk.SecretsManagerClient({});
  export const handler = async ({ Step, SecretId, ClientRequestToken }) => {
    console.log(Step);
    if (Step === process.env.FAILS) throw new Error('not today');
    if (Step === 'createSecret')
      await client.send(new sdk.PutSecretValueCommand({ SecretId, ClientRequestToken,
        SecretString: 'made by ' + ClientRequestToken, VersionStages: ['AWSPENDING'] }));
    if (Step !== 'finishSecret') return;
    const { VersionIdsToStages } = await client.send(new sdk.DescribeSecretCommand({ SecretId }));
    const [current] = Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes('AWSCURRENT'));
    await client.send(new sdk.UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'AWSCURRENT',
      MoveToVersionId: ClientRequestToken, RemoveFromVersionId: current }));
  };`;

let local: Compute;
let client: SecretsManagerClient;
let SecretId: string;
let secrets = 0;

beforeAll(async () => {
  local = await startCompute({ actions: ['secretsmanager:*', 'logs:*'] });
  client = new SecretsManagerClient({ ...local.config, maxAttempts: 1 });
  local.secrets.start();
});
afterAll(async () => {
  client.destroy();
  await local.stop();
});
beforeEach(() => {
  SecretId = local.secrets.putSecret({ name: `rotated-${++secrets}`, secretString: 'first' }).arn;
  deploy();
  permit('rotate');
  jest.spyOn(console, 'error').mockImplementation(() => {}); // where failed rotations are told of
});
afterEach(() => void jest.restoreAllMocks());

function deploy(environment: Record<string, string> = {}): void {
  local.deploy('rotate', ROTATE, { environment });
}

function permit(name: string): void {
  local.lambda.putPermission(name, {
    Sid: 'rotate',
    Effect: 'Allow',
    Principal: { Service: 'secretsmanager.amazonaws.com' },
    Action: 'lambda:InvokeFunction',
    Resource: functionArn(name),
    Condition: { StringEquals: { 'aws:SourceAccount': '000000000000' }, ArnLike: { 'aws:SourceArn': SecretId } },
  });
}

const functionArn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
const configure = (rules?: object) =>
  local.secrets.putRotation({ secretId: SecretId, functionArn: functionArn('rotate'), ...(rules && { rules }) });
const describeSecret = () => client.send(new DescribeSecretCommand({ SecretId }));
const rotate = (more: object = {}) => client.send(new RotateSecretCommand({ SecretId, ...more }));
const value = async (VersionStage: string) =>
  (await client.send(new GetSecretValueCommand({ SecretId, VersionStage }))).SecretString;
const becomes = (text: string) =>
  eventually(text, async () => ((await value('AWSCURRENT')) === text ? true : undefined));
const rotatedSince = (before?: Date) =>
  eventually('a rotation', async () => {
    const { LastRotatedDate } = await describeSecret();
    return LastRotatedDate && LastRotatedDate.getTime() !== before?.getTime() ? LastRotatedDate : undefined;
  });
/** Lets a millisecond pass between any two looks at the clock, so that one event with two times is found out. */
const timePasses = () => {
  const now = local.clock.now.bind(local.clock);
  let passed = 0;
  jest.spyOn(local.clock, 'now').mockImplementation(() => now() + ++passed);
};
const stepsOf = async (task: () => Promise<unknown>) => {
  const before = local.messages().length;
  await task();
  const words = local
    .messages()
    .slice(before)
    .flatMap((message) => /(createSecret|setSecret|testSecret|finishSecret)/.exec(message)?.[0] ?? []);
  return words;
};

describe('RotateSecret', () => {
  test('calls the function four times and puts the new version to use, the former one becomes previous', async () => {
    configure();
    const steps = await stepsOf(async () => {
      const { VersionId, ARN } = await rotate();
      expect(ARN).toBe(SecretId);
      await becomes(`made by ${VersionId}`);
      await rotatedSince();
    });
    expect(steps).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
    expect(await value('AWSPREVIOUS')).toBe('first');
    expect(await describeSecret()).toMatchObject({ RotationEnabled: true, RotationLambdaARN: functionArn('rotate') });
  });

  test('takes function and rules with the call, as a person gives them', async () => {
    await expect(rotate()).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: 'No Lambda rotation function ARN is associated with this secret.',
    });
    const RotationRules = { AutomaticallyAfterDays: 7 };
    timePasses();
    await rotate({ RotationLambdaARN: functionArn('rotate'), RotationRules, ClientRequestToken: 'v'.repeat(32) });
    await becomes(`made by ${'v'.repeat(32)}`);
    await rotatedSince();
    const { NextRotationDate, LastRotatedDate } = await describeSecret();
    expect(Number(NextRotationDate) - Number(LastRotatedDate)).toBe(7 * DAY_MS);
  });

  test('that fails leaves the value alone, is tried again, and blocks a second one meanwhile', async () => {
    deploy({ FAILS: 'testSecret' });
    configure();
    const { VersionId } = await rotate();
    await eventually('a failure', () => (jest.mocked(console.error).mock.calls.length > 0 ? true : undefined));
    expect(await value('AWSCURRENT')).toBe('first');
    expect(await value('AWSPENDING')).toBe(`made by ${VersionId}`);

    deploy();
    await expect(rotate()).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: "A previous rotation isn't complete. That rotation will be reattempted.",
    });
    await becomes(`made by ${VersionId}`);
  });

  test('that fails is tried again by itself', async () => {
    deploy({ FAILS: 'setSecret' });
    configure();
    const { VersionId } = await rotate();
    await eventually('a failure', () => (jest.mocked(console.error).mock.calls.length > 0 ? true : undefined));
    deploy();
    local.clock.advance(60_000);
    await becomes(`made by ${VersionId}`);
  });
});

describe('a configuration while a rotation is not complete', () => {
  test('does not keep it from being tried again', async () => {
    deploy({ FAILS: 'setSecret' });
    configure({ AutomaticallyAfterDays: 30 });
    const { VersionId } = await rotate();
    await eventually('a failure', () => (jest.mocked(console.error).mock.calls.length > 0 ? true : undefined));
    configure({ AutomaticallyAfterDays: 7 });
    deploy();
    local.clock.advance(60_000);
    await becomes(`made by ${VersionId}`);
  });

  test('leaves one time for the next, which is counted from its end', async () => {
    deploy({ FAILS: 'setSecret' });
    configure({ AutomaticallyAfterDays: 30 });
    const { VersionId } = await rotate();
    configure({ AutomaticallyAfterDays: 1 }); // while the function is at work
    await eventually('a failure', () => (jest.mocked(console.error).mock.calls.length > 0 ? true : undefined));
    deploy();
    local.clock.advance(60_000);
    await becomes(`made by ${VersionId}`);
    const last = await rotatedSince();
    local.clock.advance(DAY_MS - 30_000); // more than a day after the configuration, less than one after the rotation
    expect(await value('AWSPENDING')).toBe(`made by ${VersionId}`);
    expect((await describeSecret()).LastRotatedDate).toEqual(last);
    local.clock.advance(30_000);
    await rotatedSince(last);
  });
});

test('a rotation that a crash broke off goes on at the next start', async () => {
  deploy({ FAILS: 'finishSecret' });
  configure();
  const { VersionId } = await rotate();
  await eventually('a failure', () => (jest.mocked(console.error).mock.calls.length > 0 ? true : undefined));
  deploy();
  const { clock, database, iam, lambda } = local;
  const restarted = new SecretsManager({ clock, database, iam, lambda });
  restarted.start();
  await becomes(`made by ${VersionId}`);
  restarted.close();
});

describe('by itself', () => {
  test('at the time that was set first, though it is provisioned again at every start', async () => {
    configure({ AutomaticallyAfterDays: 30 });
    const { NextRotationDate } = await describeSecret();
    local.clock.advance(DAY_MS);
    configure({ AutomaticallyAfterDays: 30 });
    expect((await describeSecret()).NextRotationDate).toEqual(NextRotationDate);
  });

  test.each([
    ['in days', { AutomaticallyAfterDays: 30 }, 30 * DAY_MS],
    ['as a rate', { ScheduleExpression: 'rate(12 hours)' }, DAY_MS / 2],
  ])('%s, again and again', async (_, rules, every) => {
    configure(rules);
    local.clock.advance(every - 60_000);
    expect(await value('AWSCURRENT')).toBe('first');
    local.clock.advance(60_000);
    const first = await rotatedSince();
    local.clock.advance(every);
    await rotatedSince(first);
  });

  test('also when the last one failed for good: it takes up that one', async () => {
    deploy({ FAILS: 'finishSecret' });
    configure({ AutomaticallyAfterDays: 30 });
    const { VersionId } = await rotate();
    for (const [failures, wait] of [60_000, 120_000, 0].entries()) {
      await eventually('a failure', () => (jest.mocked(console.error).mock.calls.length > failures ? true : undefined));
      local.clock.advance(wait);
    }
    deploy();
    local.clock.advance(30 * DAY_MS);
    await becomes(`made by ${VersionId}`);
  });

  test('not once it was cancelled', async () => {
    configure({ AutomaticallyAfterDays: 1 });
    await client.send(new CancelRotateSecretCommand({ SecretId }));
    expect(await describeSecret()).toMatchObject({ RotationEnabled: false });
    expect((await describeSecret()).NextRotationDate).toBeUndefined();
    await expect(rotate()).rejects.toMatchObject({ name: 'InvalidRequestException' });
  });

  test('after more days than there may be: refused in one line', async () => {
    await expect(
      rotate({ RotationLambdaARN: functionArn('rotate'), RotationRules: { AutomaticallyAfterDays: 1001 } }),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        "1 validation error detected: Value '1001' at 'rotationRules.automaticallyAfterDays' failed to satisfy constraint: Member must have value less than or equal to 1000",
    });
  });

  test('by a plan that is not served here: says so', () => {
    expect(() => configure({ ScheduleExpression: 'cron(0 8 1 * ? *)' })).toThrow(
      'The local runtime rotates by rate(<n> days) or rate(<n> hours), not by cron(0 8 1 * ? *).',
    );
  });
});

test('a function that Secrets Manager may not call is refused, as at a deployment', () => {
  local.deploy('closed', ROTATE);
  expect(() => local.secrets.putRotation({ secretId: SecretId, functionArn: functionArn('closed') })).toThrow(
    'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.',
  );
});

test('a staging label leaves a version only when the caller names it', async () => {
  const { VersionId: second = '' } = await client.send(
    new PutSecretValueCommand({ SecretId, SecretString: 'second', VersionStages: ['tried'] }),
  );
  const move = (more: object) =>
    client.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'AWSCURRENT', ...more }));
  await expect(move({ MoveToVersionId: second })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining('Staging label AWSCURRENT is currently attached to version'),
  });
  await expect(move({ MoveToVersionId: 'x'.repeat(32) })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  const { VersionIdsToStages = {} } = await describeSecret();
  const [first = ''] = Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes('AWSCURRENT')) ?? [];
  await move({ MoveToVersionId: second, RemoveFromVersionId: first });
  expect([await value('AWSCURRENT'), await value('AWSPREVIOUS')]).toEqual(['second', 'first']);
});
