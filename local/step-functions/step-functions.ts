import type { Clock } from '../clock.ts';
import type { Database } from '../database.ts';
import type { JsonService } from '../gateway/json-service.ts';
import type { Iam } from '../iam/principal.ts';
import { checkRoutes } from './api/alias-routes.ts';
import type { ApiContext } from './api/context.ts';
import { publishVersion } from './api/version-actions.ts';
import { machineArn } from './arns.ts';
import { Executor } from './executor.ts';
import type { IntegrationContext, TaskServices } from './integrations/integration.ts';
import { closeClients } from './integrations/sdk-clients.ts';
import { type MachineDefinition, Machines } from './machines.ts';
import { Observer, type StatusChange } from './observer.ts';
import { Programs } from './programs.ts';
import { statesService } from './service.ts';
import { Starter } from './starter.ts';
import { ExecutionStore } from './store/executions.ts';
import { MachineStore } from './store/machines.ts';
import { RedriveStore } from './store/redrives.ts';
import { SCHEMA } from './store/schema.ts';

export interface StepFunctionsOptions {
  clock: Clock;
  database: Database;
  iam: Iam;
  tasks: TaskServices;
  /** Takes the status change events of executions, inside the group that stores the change. */
  publish(event: StatusChange): void;
  /** Takes log lines. @param group ARN of the log group */
  log(group: string, stream: string, messages: readonly string[]): void;
  /** Uniform in [0, 1): jitter of retries and the choice of an alias among its versions. */
  random?: () => number;
}

/** The local Step Functions: the API, the interpreter, and the store that both live on. */
export class StepFunctions {
  readonly service: JsonService;
  readonly #context: ApiContext;
  readonly #integrations: IntegrationContext;

  constructor({ clock, database, iam, tasks, publish, log, random = Math.random }: StepFunctionsOptions) {
    database.define(SCHEMA);
    const machineStore = new MachineStore(database);
    const executions = new ExecutionStore(database);
    const redrives = new RedriveStore(database);
    const programs = new Programs(machineStore);
    const observer = new Observer({ programs, executions, publish, log });
    const machines = new Machines({ clock, store: machineStore, iam, random });
    this.#integrations = {
      iam,
      tasks,
      startExecution: async (request) => {
        const { arn, started } = this.#context.starter.start(request);
        await database.committed();
        return { executionArn: arn, startedAt: started };
      },
    };
    const integrations = this.#integrations;
    const executor = new Executor({ clock, database, executions, programs, observer, random, integrations });
    const starter = new Starter({ clock, machines, executions, programs, observer, executor });
    this.#context = { clock, database, machines, machineStore, executions, redrives, programs, executor, starter };
    this.service = statesService(this.#context);
  }

  /** Creates the machine, or changes it to this; the same again is no change. Throws `AwsError` for a definition that AWS refuses. */
  putStateMachine(machine: MachineDefinition): { arn: string } {
    const { machines, machineStore } = this.#context;
    const arn = machineArn(machine.name);
    if (machineStore.get(arn)) machines.update(arn, machine);
    else machines.create(machine);
    if (machine.tags) machineStore.setTags(arn, machine.tags);
    return { arn };
  }

  /** Publishes the machine's current revision; the version that it already has when nothing changed since. */
  publishVersion(arn: string, description?: string): { versionArn: string } {
    const { versionArn } = publishVersion(this.#context, arn, description);
    return { versionArn };
  }

  /** @param alias `weight` in percent, 100 in all */
  putAlias(alias: {
    name: string;
    stateMachineArn: string;
    routing: readonly { versionArn: string; weight: number }[];
    description?: string;
  }): { aliasArn: string } {
    const { machineStore, clock } = this.#context;
    const routes = alias.routing.map(({ versionArn, weight }) => ({ stateMachineVersionArn: versionArn, weight }));
    const machine = checkRoutes(this.#context, routes);
    const now = clock.now();
    const { name, description = null } = alias;
    machineStore.putAlias({ machine, name, description, routing: JSON.stringify(routes), created: now, updated: now });
    return { aliasArn: `${machine}:${name}` };
  }

  /** Takes up the executions that were under way when the last process ended. Call once, when all machines are provisioned. */
  start(): void {
    this.#context.executor.start();
  }

  /** Stops taking steps. What is under way goes on in the next process. */
  async close(): Promise<void> {
    await this.#context.executor.close();
    closeClients(this.#integrations);
  }
}
