import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { MovableClock, shiftDate } from '../../../local/clock.ts';
import { Database } from '../../../local/database.ts';
import { EventBridge } from '../../../local/events/event-bridge.ts';
import { Gateway } from '../../../local/gateway/gateway.ts';
import { HttpApis } from '../../../local/http-api/http-apis.ts';
import { RoleRegistry } from '../../../local/iam/role-registry.ts';
import type { FunctionDefinition } from '../../../local/lambda/function-definition.ts';
import { Lambda } from '../../../local/lambda/lambda.ts';
import { SecretsManager } from '../../../local/secrets-manager/secrets-manager.ts';
import { Queues } from '../../../local/sqs/queues.ts';
import { loadFauxqs } from '../../../local/substrate/fauxqs.ts';

/** The role of functions: what it may do is a test's choice. */
export const ROLE_ARN = 'arn:aws:iam::000000000000:role/function-role';

/** Whoever calls with these is the local admin. */
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

export interface LogEntry {
  group: string;
  stream: string;
  message: string;
}

export interface ComputeOptions {
  /** Kept open when given: the test closes it. */
  database?: Database;
  /** IAM actions of the functions' role. */
  actions?: readonly string[];
}

/** Functions, events, HTTP APIs and queues behind a real gateway, and a place for bundles. */
export async function startCompute({ database: given, actions = ['logs:*', 'sqs:*'] }: ComputeOptions = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'storygate-compute-'));
  const clock = new MovableClock();
  const RealDate = globalThis.Date;
  shiftDate(clock.offset); // the queues ask the system for the time
  const database = given ?? new Database(':memory:');
  const iam = new RoleRegistry({ clock });
  allow(iam, actions);
  const log: LogEntry[] = [];
  const logs = {
    append: (group: string, stream: string, messages: readonly string[]) =>
      void log.push(...messages.map((message) => ({ group, stream, message }))),
  };
  const holder: { gateway?: Gateway } = {};
  const client = {
    get url() {
      return running(holder).url;
    },
    call: (...call: Parameters<Gateway['call']>) => running(holder).call(...call),
  };
  const queues = await Queues.open({
    clock,
    database,
    fauxqs: await loadFauxqs(),
    durable: false,
    endpoint: () => client.url,
    putResourcePolicy: (arn, document) => iam.putResourcePolicy(arn, document),
  });
  const lambda = new Lambda({ clock, database, iam, logs, gateway: client });
  const secrets = new SecretsManager({ clock, database, iam, lambda });
  const events = new EventBridge({
    clock,
    database,
    iam,
    secrets,
    targets: { lambda, gateway: client, trusts: (...role) => iam.trusts(...role) },
    random: () => 1,
  });
  const httpApis = new HttpApis({ clock, iam, lambda, logs, endpoint: () => client.url });
  const gateway = new Gateway({
    iam,
    services: [lambda.service, events.service, queues.service, secrets.service],
    routes: [httpApis.route],
  });
  holder.gateway = gateway;
  await gateway.listen(0);
  const config = { endpoint: gateway.url, region: 'us-east-1', credentials };
  const sdk = new LambdaClient(config);
  const sqs = new SQSClient(config);
  return {
    clock,
    database,
    iam,
    lambda,
    events,
    secrets,
    httpApis,
    queues,
    gateway,
    config,
    sdk,
    sqs,
    log,
    /** Deploys a function with sensible defaults. */
    deploy: (name: string, source: string, definition: Partial<FunctionDefinition> = {}) =>
      lambda.putFunction({
        name,
        codeDirectory: writeBundle(join(directory, name), source),
        handler: 'index.handler',
        roleArn: ROLE_ARN,
        environment: {},
        timeoutSeconds: 10,
        memoryMb: 128,
        ...definition,
      }),
    /** Invokes through the SDK and parses the answer. */
    invoke: async (name: string, event: unknown = {}) => {
      const answer = await sdk.send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) }));
      return { ...answer, result: JSON.parse(answer.Payload?.transformToString() ?? 'null') };
    },
    messages: () => log.map(({ message }) => message),
    stop: async () => {
      events.close();
      secrets.close();
      await lambda.close();
      queues.close();
      for (const one of [sdk, sqs]) one.destroy();
      await gateway.close();
      if (!given) database.close();
      rmSync(directory, { recursive: true });
      globalThis.Date = RealDate;
    },
  };
}

export type Compute = Awaited<ReturnType<typeof startCompute>>;

/** Gives the functions' role exactly these actions. */
export function allow(iam: RoleRegistry, actions: readonly string[]): void {
  iam.putRole({
    name: 'function-role',
    arn: ROLE_ARN,
    assumeRolePolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: ['lambda.amazonaws.com', 'events.amazonaws.com'] },
          Action: 'sts:AssumeRole',
        },
      ],
    },
    inlinePolicies: {
      all: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: [...actions], Resource: '*' }] },
    },
  });
}

function running({ gateway }: { gateway?: Gateway }): Gateway {
  if (gateway) return gateway;
  throw new Error('the gateway is not there yet');
}

function writeBundle(directory: string, source: string): string {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'index.mjs'), source);
  return directory;
}
