import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readAssembly } from '../../../local/assembly/assembly.ts';
import { SystemClock } from '../../../local/clock.ts';
import { Database } from '../../../local/database.ts';
import { Tables } from '../../../local/dynamodb/tables.ts';
import type { Principal } from '../../../local/iam/principal.ts';
import { RoleRegistry } from '../../../local/iam/role-registry.ts';
import { Logs } from '../../../local/logs/logs.ts';
import { type ProvisionedStack, provision } from '../../../local/provision/provisioner.ts';
import { Buckets } from '../../../local/s3/buckets.ts';
import { SecretsManager } from '../../../local/secrets-manager/secrets-manager.ts';
import { Topics } from '../../../local/sns/topics.ts';
import { Queues } from '../../../local/sqs/queues.ts';
import { loadFauxqs } from '../../../local/substrate/fauxqs.ts';
import { recordingModules } from './recording-modules.ts';

/** The parts that hold data are the real ones, in memory; those that run things only write down what they are told. */
async function openModules() {
  const clock = new SystemClock();
  const database = new Database(':memory:');
  const fauxqs = await loadFauxqs();
  const iam = new RoleRegistry({ clock });
  const putResourcePolicy = (arn: string, document: unknown) => iam.putResourcePolicy(arn, document);
  const common = { clock, database, fauxqs, durable: false, putResourcePolicy };
  const queues = await Queues.open({ ...common, endpoint: () => 'http://127.0.0.1:4566' });
  const buckets = await Buckets.open({ ...common, directory: undefined, publish: () => {} });
  const topics = await Topics.open({ ...common, iam, queues: queues.store });
  const tables = new Tables({ clock, database });
  const logs = new Logs({ clock, database });
  const secrets = new SecretsManager({
    ...{ clock, database },
    iam: { authorize: () => {} }, // the functions are only recorded, and with them who may call them
    lambda: { invoke: async () => ({ functionError: 'no functions here' }) },
  });
  const recorder = recordingModules();
  const modules = { ...recorder.modules, iam, buckets, queues, topics, tables, logs, secrets };
  const close = async () => {
    queues.close();
    logs.close();
    await tables.close();
    database.close();
  };
  return { modules, callsOf: recorder.callsOf, close };
}

const STACK = 'storygate-dev-release-gate';
let opened: Awaited<ReturnType<typeof openModules>>;
let stack: ProvisionedStack;

async function provisionStack(): Promise<ProvisionedStack> {
  const stacks = await provision(readAssembly('cdk.out'), opened.modules, { stacks: [STACK] });
  const found = stacks.find(({ name }) => name === STACK);
  if (!found) throw new Error(`no ${STACK}`);
  return found;
}

beforeAll(async () => {
  opened = await openModules();
  stack = await provisionStack();
});
afterAll(() => opened.close());

function output(name: string): string {
  return stack.outputs.find(({ key }) => key === name)?.value ?? '';
}

/** The principal that a function runs as. */
function runAs(functionName: string): Principal {
  const definitions = opened.callsOf('lambda.putFunction').map(([definition]) => Object(definition));
  const { roleArn } = definitions.find(({ name }) => name === functionName);
  return { kind: 'role', roleArn, sessionName: functionName };
}

describe('the release gate, as it is synthesized', () => {
  test('has the outputs that people use', () => {
    expect(stack.outputs.map(({ key }) => key).sort()).toEqual([
      'ApiTokensSecretArn',
      'CallbackApiEndpoint',
      'CallbackDlqUrl',
      'CallbackQueueUrl',
      'EventBusName',
      'NotificationTopicArn',
      'S3BucketName',
      'StartApiEndpoint',
      'StateMachineArn',
      'UserRoleArn',
      'WaitsTableName',
      'WebhookSecretArn',
    ]);
    expect(output('S3BucketName')).toBe('storygate-dev-000000000000-us-east-1');
    expect(output('StateMachineArn')).toBe(
      'arn:aws:states:us-east-1:000000000000:stateMachine:storygate-dev-release-gate:live',
    );
    expect(output('CallbackApiEndpoint')).toMatch(/^http:\/\/127\.0\.0\.1:4566\/_apis\/[a-z0-9]{10}\/callback$/);
    expect(output('CallbackQueueUrl')).toBe('http://127.0.0.1:4566/000000000000/storygate-dev-callbacks');
  });

  test('secrets are generated once and stay', async () => {
    const token = opened.modules.secrets.value(output('ApiTokensSecretArn'));
    expect(JSON.parse(token)).toEqual({ token: expect.stringMatching(/^.{20,}$/) });
    const webhook = JSON.parse(opened.modules.secrets.value(output('WebhookSecretArn')));
    expect(webhook).toEqual({ current: expect.stringMatching(/^.{20,}$/), previous: '' });
    expect(await provisionStack()).toEqual(stack);
    expect(opened.modules.secrets.value(output('ApiTokensSecretArn'))).toBe(token);
  });

  test('connections carry the token of the secret', () => {
    const { token } = JSON.parse(opened.modules.secrets.value(output('ApiTokensSecretArn')));
    const parameters = opened.callsOf('events.putConnection').map(([connection]) => Object(connection).parameters);
    const expected = { ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: `Bearer ${token}` } };
    expect(parameters.slice(0, 3)).toEqual([expected, expected, expected]);
  });

  test('the relay may read the queue and not the bucket', () => {
    const { iam } = opened.modules;
    const relay = runAs('storygate-dev-relay');
    const queue = 'arn:aws:sqs:us-east-1:000000000000:storygate-dev-callbacks';
    expect(() => iam.authorize(relay, [{ action: 'sqs:ReceiveMessage', resource: queue }])).not.toThrow();
    expect(() => iam.authorize(relay, [{ action: 'sqs:PurgeQueue', resource: queue }])).toThrow(
      'is not authorized to perform: sqs:purgequeue on resource: arn:aws:sqs:us-east-1:000000000000:storygate-dev-callbacks because no identity-based policy allows the sqs:purgequeue action',
    );
    const object = `arn:aws:s3:::${output('S3BucketName')}/inputs/a.json`;
    expect(() => iam.authorize(relay, [{ action: 's3:GetObject', resource: object }])).toThrow('s3:GetObject');
  });
});
