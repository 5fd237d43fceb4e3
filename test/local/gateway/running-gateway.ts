import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, SystemClock } from '../../../local/clock.ts';
import { cloudFormation, type LoadedStack } from '../../../local/cloudformation/cloudformation.ts';
import { Database } from '../../../local/database.ts';
import type { Faults } from '../../../local/faults/faults.ts';
import { faultyRequests } from '../../../local/faults/faulty-calls.ts';
import { Gateway } from '../../../local/gateway/gateway.ts';
import { RoleRegistry } from '../../../local/iam/role-registry.ts';
import { Logs } from '../../../local/logs/logs.ts';
import type { ObjectEvent } from '../../../local/s3/object-events.ts';
import { SecretsManager } from '../../../local/secrets-manager/secrets-manager.ts';
import { sts } from '../../../local/sts/sts.ts';
import { openSubstrate } from '../../../local/substrate/substrate.ts';

export interface RunOptions {
  clock?: Clock;
  dataDir?: string;
  stacks?: readonly LoadedStack[];
  faults?: Faults;
  /** Where events of objects go besides `objectEvents`. */
  publish?: (event: ObjectEvent, database: Database) => void;
}

const noFunctions = {
  invoke: async (arn: string) => {
    throw new Error(`there is no function ${arn} here`);
  },
};

/** The gateway with the services of this area on a free port, put together as the runtime does. */
export async function runGateway(options: RunOptions = {}) {
  const { clock = new SystemClock(), dataDir, stacks = [], faults, publish } = options;
  const database = new Database(dataDir ? join(dataDir, 'runtime.db') : ':memory:');
  const iam = new RoleRegistry({ clock });
  const objectEvents: ObjectEvent[] = [];
  const substrate = await openSubstrate({
    clock,
    database,
    dataDir,
    iam,
    putResourcePolicy: (arn, document) => iam.putResourcePolicy(arn, document),
    endpoint: () => gateway.url,
    publish: (event) => {
      objectEvents.push(event);
      publish?.(event, database);
    },
    ...(faults && { faults }),
  });
  const logs = new Logs({ clock, database });
  const secrets = new SecretsManager({ clock, database, iam, lambda: noFunctions });
  const gateway: Gateway = new Gateway({
    iam,
    services: [
      ...substrate.services,
      logs.service,
      secrets.service,
      sts({ clock, assumeRole: (caller, role, session) => iam.assumeRole(caller, role, session) }),
      cloudFormation({ stacks: () => stacks, provisionedAt: () => 1_700_000_000_000 }),
    ],
    interceptors: faults ? [faultyRequests(faults)] : [],
  });
  await gateway.listen(0);
  const close = async () => {
    substrate.drain();
    await gateway.close();
    await substrate.close();
    logs.close();
    database.close();
  };
  return { ...substrate, gateway, iam, database, logs, secrets, objectEvents, close };
}

export type RunningGateway = Awaited<ReturnType<typeof runGateway>>;

/** What every SDK client of a test needs. The keys belong to no role, so they are the administrator's. */
export function clientConfig(gateway: Gateway, credentials = { accessKeyId: 'anyone', secretAccessKey: 'any' }) {
  return { endpoint: gateway.url, region: 'us-east-1', credentials, maxAttempts: 1 };
}

/** A directory of its own, and how to remove it. */
export function temporaryDirectory(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'storygate-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
