import type { AssemblyStack } from '../../local/assembly/assembly.ts';
import { RoleRegistry } from '../../local/iam/role-registry.ts';
import type { MappingDefinition } from '../../local/lambda/event-source-mappings.ts';
import type { EventInvokeConfig, FunctionDefinition } from '../../local/lambda/function-definition.ts';
import type {
  HttpApisModule,
  JsonObject,
  LoggingConfiguration,
  RuleDefinition,
  SecretsModule,
  StepFunctionsModule,
  TopicsModule,
} from '../../local/provision/modules.ts';

/** A resource of a template. */
export interface Origin {
  stack: AssemblyStack;
  logicalId: string;
}

export type PlannedMachine = Parameters<StepFunctionsModule['putStateMachine']>[0] & {
  arn: string;
  loggingConfiguration?: LoggingConfiguration;
};

/** A policy of a role, at the place where its document stands in the template. */
export interface PlannedPolicy {
  roleName: string;
  document: unknown;
  /** Below the resource: `['Properties', 'PolicyDocument']`. */
  path: readonly (string | number)[];
}

type Planned<T> = T & { origin: Origin };

/** What the templates would make, with the policies in force; nothing of it exists. */
export interface Plan {
  registry: RoleRegistry;
  /** State machines of the templates with their properties, intrinsic functions resolved; also those that failed. */
  declaredMachines: { origin: Origin; properties: JsonObject }[];
  machines: Planned<PlannedMachine>[];
  functions: Planned<FunctionDefinition & { arn: string }>[];
  policies: Planned<PlannedPolicy>[];
  rules: Planned<RuleDefinition & { arn: string }>[];
  mappings: Planned<MappingDefinition>[];
  invokeConfigs: Planned<EventInvokeConfig>[];
  integrations: Planned<Parameters<HttpApisModule['putIntegration']>[0]>[];
  routes: Planned<Parameters<HttpApisModule['putRoute']>[0]>[];
  subscriptions: Planned<Parameters<TopicsModule['subscribe']>[0]>[];
  rotations: Planned<Parameters<SecretsModule['putRotation']>[0]>[];
  /** ARN of a connection → ARN of the secret that EventBridge keeps for it. */
  connectionSecrets: Map<string, string>;
}

export function emptyPlan(): Plan {
  return {
    registry: new RoleRegistry({ clock: { now: () => Date.now() } }),
    declaredMachines: [],
    machines: [],
    functions: [],
    policies: [],
    rules: [],
    mappings: [],
    invokeConfigs: [],
    integrations: [],
    routes: [],
    subscriptions: [],
    rotations: [],
    connectionSecrets: new Map(),
  };
}
