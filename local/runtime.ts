import { type Assembly, readAssembly } from './assembly/assembly.ts';
import type { Clock } from './clock.ts';
import { cloudFormation } from './cloudformation/cloudformation.ts';
import { controlPlane } from './control-plane.ts';
import { openState, type State } from './data-directory.ts';
import type { Database } from './database.ts';
import { EventBridge } from './events/event-bridge.ts';
import type { GatewayClient } from './events/gateway-client.ts';
import type { FaultPlan } from './faults/fault.ts';
import { Faults } from './faults/faults.ts';
import { faultyInvocations, faultyRequests } from './faults/faulty-calls.ts';
import { faultyRoute } from './faults/faulty-route.ts';
import { Gateway } from './gateway/gateway.ts';
import { HttpApis } from './http-api/http-apis.ts';
import { RoleRegistry } from './iam/role-registry.ts';
import { releaseMemoryWhenIdle } from './idle-memory.ts';
import { Lambda } from './lambda/lambda.ts';
import { Logs } from './logs/logs.ts';
import { type ProvisionedStack, provision } from './provision/provisioner.ts';
import { Scheduler } from './scheduler/scheduler.ts';
import { SecretsManager } from './secrets-manager/secrets-manager.ts';
import { StepFunctions } from './step-functions/step-functions.ts';
import { sts } from './sts/sts.ts';
import { openSubstrate, type Substrate } from './substrate/substrate.ts';

export interface RuntimeOptions {
  /** Directory of the cloud assembly. */
  assembly: string;
  clock: Clock;
  /** Port on 127.0.0.1; 0 takes a free one. */
  port: number;
  /** Where state is kept between runs; in memory without. */
  dataDir?: string;
  /** Names of the stacks to load, with those that they depend on; all by default. */
  stacks?: readonly string[];
  /** What goes wrong from the start; `PUT /_storygate/faults` changes it. */
  faults?: FaultPlan;
}

/** A running local runtime. */
export interface Runtime {
  /** `http://127.0.0.1:<port>`: every AWS API, the HTTP APIs and the control plane. */
  endpoint: string;
  stacks: readonly ProvisionedStack[];
  logs: Logs;
  close(): Promise<void>;
}

/** What has been made so far and has to be closed: a start that fails halfway closes that. */
interface Made {
  faults?: Faults;
  logs?: Logs;
  lambda?: Lambda;
  secrets?: SecretsManager;
  events?: EventBridge;
  stepFunctions?: StepFunctions;
  scheduler?: Scheduler;
  substrate?: Substrate;
  gateway?: Gateway;
}

/** Starts the runtime: opens its state, listens, makes what the templates declare, and goes on with what was running. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const assembly = readAssembly(options.assembly);
  const state = openState(options.dataDir);
  const made: Made = {};
  try {
    return await start(assembly, state, options, made);
  } catch (error) {
    await stop(made).catch(() => {}); // the first error says more than what follows from it
    const damage = state.database.damageBehind(error);
    state.close();
    throw damage ?? error;
  }
}

async function start(assembly: Assembly, state: State, options: RuntimeOptions, made: Made): Promise<Runtime> {
  const { clock } = options;
  const { database, dataDir } = state;
  const startedAt = clock.now();
  let stacks: readonly ProvisionedStack[] = [];
  const client = gatewayClient(() => made.gateway);
  made.faults = new Faults(clock, options.faults);
  const parts = modules(clock, database, client, made.faults, made);
  const { iam, events, faults } = parts;
  const substrate = await openSubstrate({
    clock,
    database,
    dataDir,
    iam,
    putResourcePolicy: (arn, document) => iam.putResourcePolicy(arn, document),
    endpoint: () => client.url,
    publish: (event) => events.publish(event),
    faults,
  });
  made.substrate = substrate;
  const gateway = new Gateway({
    iam,
    services: [
      ...substrate.services,
      ...[parts.secrets, parts.logs, parts.lambda, events, parts.scheduler, parts.stepFunctions].map(
        ({ service }) => service,
      ),
      sts({ clock, assumeRole: (...call) => iam.assumeRole(...call) }),
      cloudFormation({ stacks: () => stacks, provisionedAt: () => startedAt }),
    ],
    routes: [
      faultyRoute(parts.httpApis.route, faults),
      controlPlane({ clock, faults, stacks: () => stacks.map(({ name }) => name) }),
    ],
    interceptors: [faultyRequests(faults)],
  });
  made.gateway = gateway;
  await gateway.listen(options.port);
  stacks = await provision(assembly, { ...parts, ...substrate }, options.stacks ? { stacks: options.stacks } : {});
  for (const part of [parts.stepFunctions, parts.lambda, parts.events, parts.scheduler, parts.secrets]) part.start();
  const stopReleasing = releaseMemoryWhenIdle();
  const close = async () => {
    stopReleasing();
    await stop(made);
    state.close();
  };
  return { endpoint: gateway.url, stacks, logs: parts.logs, close };
}

/** @param made gets each part as soon as it is there */
function modules(clock: Clock, database: Database, gateway: OwnGateway, faults: Faults, made: Made) {
  const iam = new RoleRegistry({ clock });
  const logs = new Logs({ clock, database });
  made.logs = logs;
  const lambda = new Lambda({ clock, database, iam, logs, gateway, crash: (name) => faults.crash(name) });
  made.lambda = lambda;
  const invoker = faultyInvocations(lambda, faults);
  const secrets = new SecretsManager({ clock, database, iam, lambda: invoker });
  made.secrets = secrets;
  const targets = { lambda: invoker, gateway, trusts: iam.trusts.bind(iam) };
  const events = new EventBridge({ clock, database, iam, secrets, targets, faults });
  made.events = events;
  const httpApis = new HttpApis({ clock, iam, lambda: invoker, logs, endpoint: () => gateway.url });
  const stepFunctions = new StepFunctions({
    clock,
    database,
    iam,
    tasks: {
      ...{ lambda: invoker, connections: events, endpoint: () => gateway.url },
      fetch: (url, request) => gateway.fetch(url, request),
    },
    publish: (event) => events.publish(event),
    log: (group, stream, messages) => logs.append(groupName(group), stream, messages),
  });
  made.stepFunctions = stepFunctions;
  const scheduler = new Scheduler({ clock, database, lambda: invoker, trusts: targets.trusts });
  made.scheduler = scheduler;
  return { iam, logs, secrets, lambda, events, httpApis, scheduler, stepFunctions, faults };
}

type OwnGateway = GatewayClient & Pick<Gateway, 'fetch'>;

/** The modules are built before the gateway that they call; none calls it before it listens. */
function gatewayClient(gateway: () => Gateway | undefined): OwnGateway {
  const built = (): Gateway => {
    const found = gateway();
    if (!found) throw new Error('The gateway is called before it is built.');
    return found;
  };
  return {
    get url() {
      return built().url;
    },
    call: (principal, call) => built().call(principal, call),
    fetch: (url, request) => built().fetch(url, request),
  };
}

/** `arn:aws:logs:us-east-1:000000000000:log-group:/aws/x:*` → `/aws/x`. */
function groupName(arn: string): string {
  return arn.split(':')[6] ?? arn;
}

/** Stops what works by itself first, so that nothing calls a part that is gone. */
async function stop(made: Made): Promise<void> {
  made.faults?.close();
  made.events?.close();
  made.scheduler?.close();
  made.secrets?.close();
  await made.lambda?.close();
  await made.stepFunctions?.close();
  made.substrate?.drain();
  await made.gateway?.close();
  await made.substrate?.close();
  made.logs?.close();
}
