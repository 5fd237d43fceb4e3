import type { Principal, Requirement } from '../iam/principal.ts';
import type { RoleDefinition } from '../iam/role.ts';
import type { MappingDefinition } from '../lambda/event-source-mappings.ts';
import type { EventInvokeConfig, FunctionDefinition } from '../lambda/function-definition.ts';

/**
 * What provisioning needs of each part of the runtime. The classes are wider; these are the members that templates
 * reach. Every `put…` is idempotent: the same call again changes nothing, another one updates, data stays.
 */
export interface Modules {
  iam: IamModule;
  buckets: BucketsModule;
  queues: QueuesModule;
  topics: TopicsModule;
  tables: TablesModule;
  logs: LogsModule;
  secrets: SecretsModule;
  lambda: LambdaModule;
  events: EventsModule;
  httpApis: HttpApisModule;
  stepFunctions: StepFunctionsModule;
  scheduler: SchedulerModule;
}

type Eventually<T> = T | Promise<T>;
export type Tags = Readonly<Record<string, string>>;
/** A JSON object as it stands in a template, intrinsics resolved. */
export type JsonObject = Readonly<Record<string, unknown>>;

export interface IamModule {
  putRole(role: RoleDefinition): void;
  putManagedPolicy(arn: string, document: unknown): void;
  attachPolicy(roleName: string, policyName: string, document: unknown): void;
  putResourcePolicy(resourceArn: string, document: unknown): void;
  putServicePolicy(service: string, policyName: string, document: unknown): void;
  trusts(roleArn: string, service: string, sourceArn: string): boolean;
  authorize(principal: Principal, requirements: readonly Requirement[]): void;
}

export interface BucketsModule {
  put(bucket: BucketDefinition): Eventually<unknown>;
  /** Tells IAM as well. */
  setPolicy(name: string, policy: JsonObject): Eventually<void>;
}

export interface BucketDefinition {
  name: string;
  versioned: boolean;
  /** Whether EventBridge hears of its objects. */
  eventBridge: boolean;
  /** `PublicAccessBlockConfiguration` as in the template. */
  publicAccessBlock?: JsonObject;
  /** Members of S3's documents, a list where an element is repeated. */
  encryption?: JsonObject;
  lifecycle?: JsonObject;
  tags: Tags;
}

export interface QueuesModule {
  /** @param queue attributes as SetQueueAttributes takes them */
  put(queue: { name: string; attributes: Tags; tags: Tags }): Eventually<{ url: string; arn: string }>;
  /** Tells IAM as well. */
  setPolicy(queueUrl: string, policy: JsonObject): Eventually<void>;
}

export interface TopicsModule {
  /** @param topic attributes as SetTopicAttributes takes them */
  put(topic: { name: string; attributes: Tags; tags: Tags }): Eventually<{ arn: string }>;
  /** Tells IAM as well. */
  setPolicy(topicArn: string, policy: JsonObject): Eventually<void>;
  /** @param subscription attributes as Subscribe takes them (`FilterPolicy`, `RawMessageDelivery`, …) */
  subscribe(subscription: {
    topicArn: string;
    protocol: string;
    endpoint: string;
    attributes: Tags;
  }): Eventually<{ arn: string }>;
}

export interface TablesModule {
  put(table: TableDefinition): Eventually<{ arn: string }>;
}

/** A table as CreateTable takes it, with what further calls set. */
export interface TableDefinition {
  TableName: string;
  KeySchema: readonly KeyElement[];
  AttributeDefinitions: readonly { AttributeName: string; AttributeType: 'S' | 'N' | 'B' }[];
  BillingMode: 'PAY_PER_REQUEST' | 'PROVISIONED';
  ProvisionedThroughput?: { ReadCapacityUnits: number; WriteCapacityUnits: number };
  GlobalSecondaryIndexes?: readonly TableIndex[];
  LocalSecondaryIndexes?: readonly TableIndex[];
  Tags: readonly { Key: string; Value: string }[];
  /** Attribute that holds the time to live, epoch seconds. */
  ttlAttribute?: string;
  pointInTimeRecovery: boolean;
}

export interface KeyElement {
  AttributeName: string;
  KeyType: 'HASH' | 'RANGE';
}

export interface TableIndex {
  IndexName: string;
  KeySchema: readonly KeyElement[];
  Projection: { ProjectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'; NonKeyAttributes?: readonly string[] };
  ProvisionedThroughput?: { ReadCapacityUnits: number; WriteCapacityUnits: number };
}

export interface LogsModule {
  putLogGroup(name: string, options: { retentionInDays?: number }): Eventually<unknown>;
}

export interface SecretsModule {
  /** @param secret with a function, `secretString` is called only when the secret has no value yet */
  putSecret(secret: {
    name: string;
    description?: string;
    secretString?: string | (() => string);
    tags: Tags;
  }): Eventually<{ arn: string }>;
  /** @param rotation `rules` as in the template; without them, a secret is rotated by hand only */
  putRotation(rotation: { secretId: string; functionArn: string; rules?: JsonObject }): Eventually<void>;
  /** Throws AwsError ResourceNotFoundException. */
  value(secretId: string): string;
}

export interface LambdaModule {
  putFunction(definition: FunctionDefinition): Eventually<{ arn: string }>;
  putVersion(version: { functionName: string; description?: string }): Eventually<{ version: string; arn: string }>;
  putAlias(alias: {
    functionName: string;
    name: string;
    functionVersion: string;
    description?: string;
  }): Eventually<{ arn: string }>;
  /** Tells IAM as well. @param statement a statement of the function's resource policy, told apart by its `Sid` */
  putPermission(functionArn: string, statement: JsonObject): Eventually<void>;
  putEventSourceMapping(mapping: MappingDefinition): Eventually<{ arn: string }>;
  putEventInvokeConfig(config: EventInvokeConfig): Eventually<void>;
}

export interface EventsModule {
  putBus(bus: { name: string; description?: string; deadLetterArn?: string; tags: Tags }): Eventually<{ arn: string }>;
  putRule(rule: RuleDefinition): Eventually<{ arn: string }>;
  putConnection(connection: {
    name: string;
    description?: string;
    authorizationType: string;
    /** `AuthParameters` of the template, dynamic references resolved: it holds secrets. */
    parameters: JsonObject;
  }): Eventually<{ arn: string; secretArn: string }>;
  putApiDestination(destination: {
    name: string;
    description?: string;
    connectionArn: string;
    invocationEndpoint: string;
    httpMethod: string;
    invocationRateLimitPerSecond?: number;
  }): Eventually<{ arn: string }>;
}

export interface RuleDefinition {
  name: string;
  description?: string;
  busName: string;
  pattern?: JsonObject;
  schedule?: string;
  state: 'ENABLED' | 'DISABLED';
  roleArn?: string;
  targets: readonly RuleTarget[];
  tags: Tags;
}

export interface RuleTarget {
  id: string;
  arn: string;
  roleArn?: string;
  deadLetterArn?: string;
  input?: string;
  inputPath?: string;
  inputTransformer?: { inputPaths: Tags; template: string };
  retryPolicy?: { maximumEventAgeSeconds?: number; maximumRetryAttempts?: number };
  sqsMessageGroupId?: string;
  /** `HttpParameters` of a target that is an API destination. */
  httpParameters?: JsonObject;
}

export interface Throttling {
  burstLimit?: number;
  /** Requests a second. */
  rateLimit?: number;
}

export interface HttpApisModule {
  /** Returns the API's own address. */
  putApi(api: {
    id: string;
    name: string;
    description?: string;
    /** `CorsConfiguration` as in the template. */
    cors?: JsonObject;
    disableExecuteApiEndpoint: boolean;
    tags: Tags;
  }): Eventually<{ endpoint: string }>;
  putStage(stage: {
    apiId: string;
    name: string;
    accessLog?: { groupArn: string; format: string };
    throttling?: Throttling;
    /** Throttling by route key, over the stage's own. */
    routeThrottling?: Readonly<Record<string, Throttling>>;
    variables?: Tags;
  }): Eventually<void>;
  putIntegration(integration: {
    apiId: string;
    id: string;
    type: string;
    uri: string;
    payloadFormatVersion: string;
    timeoutMs: number;
    roleArn?: string;
  }): Eventually<void>;
  putAuthorizer(authorizer: {
    apiId: string;
    id: string;
    name: string;
    type: string;
    uri?: string;
    identitySources: readonly string[];
    payloadFormatVersion?: string;
    enableSimpleResponses: boolean;
    resultTtlSeconds: number;
    roleArn?: string;
    jwt?: { issuer: string; audience: readonly string[] };
  }): Eventually<void>;
  putRoute(route: {
    apiId: string;
    id: string;
    routeKey: string;
    integrationId: string;
    authorizationType: 'NONE' | 'AWS_IAM' | 'CUSTOM' | 'JWT';
    authorizerId?: string;
    authorizationScopes?: readonly string[];
  }): Eventually<void>;
}

export interface SchedulerModule {
  putGroup(name: string): Eventually<{ arn: string }>;
}

export interface StepFunctionsModule {
  putStateMachine(machine: {
    name: string;
    definition: string;
    roleArn: string;
    type: 'STANDARD' | 'EXPRESS';
    loggingConfiguration?: LoggingConfiguration;
    tracingEnabled?: boolean;
    tags?: Tags;
  }): Eventually<{ arn: string }>;
  /** The version of the machine's present revision: an existing one when it has been published before. */
  publishVersion(stateMachineArn: string, description?: string): Eventually<{ versionArn: string }>;
  putAlias(alias: {
    name: string;
    description?: string;
    stateMachineArn: string;
    routing: readonly { versionArn: string; weight: number }[];
  }): Eventually<{ aliasArn: string }>;
}

/** `LoggingConfiguration` of a state machine as the Step Functions API spells it. */
export interface LoggingConfiguration {
  level: 'ALL' | 'ERROR' | 'FATAL' | 'OFF';
  includeExecutionData: boolean;
  destinations: { cloudWatchLogsLogGroup: { logGroupArn: string } }[];
}
