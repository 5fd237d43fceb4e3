import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** How a Task waits for what it calls: the suffix of its `Resource`. */
export type IntegrationPattern = 'requestResponse' | 'sync' | 'sync:2' | 'waitForTaskToken';

const R: readonly IntegrationPattern[] = ['requestResponse'];
const JOB: readonly IntegrationPattern[] = ['requestResponse', 'sync'];
const TOKEN: readonly IntegrationPattern[] = ['requestResponse', 'waitForTaskToken'];
const ALL: readonly IntegrationPattern[] = ['requestResponse', 'sync', 'waitForTaskToken'];

/**
 * Every optimized integration with the patterns it supports, `service:action`.
 * Source: Step Functions developer guide, "Integrating optimized services" and the page of each service.
 */
const OPTIMIZED: ReadonlyMap<string, readonly IntegrationPattern[]> = new Map([
  ...of('apigateway', { invoke: TOKEN }),
  ...of('athena', { startQueryExecution: JOB, stopQueryExecution: R, getQueryExecution: R, getQueryResults: R }),
  ...of('batch', { submitJob: JOB }),
  ...of('bedrock', { invokeModel: TOKEN, createModelCustomizationJob: ALL }),
  ...of('codebuild', { startBuild: JOB, stopBuild: R, batchDeleteBuilds: R, batchGetReports: R }),
  ...of('codebuild', { startBuildBatch: JOB, stopBuildBatch: R, retryBuildBatch: JOB, deleteBuildBatch: R }),
  ...of('databrew', { startJobRun: JOB }),
  ...of('dynamodb', { getItem: R, putItem: R, updateItem: R, deleteItem: R }),
  ...of('ecs', { runTask: ALL }),
  ...of('eks', { call: TOKEN, runJob: ALL, createCluster: JOB, deleteCluster: JOB, createNodegroup: JOB }),
  ...of('eks', { deleteNodegroup: JOB, createFargateProfile: JOB, deleteFargateProfile: JOB }),
  ...of('elasticmapreduce', { createCluster: JOB, terminateCluster: JOB, addStep: JOB, cancelStep: R }),
  ...of('elasticmapreduce', { setClusterTerminationProtection: R, modifyInstanceFleetByName: R }),
  ...of('elasticmapreduce', { modifyInstanceGroupByName: R }),
  ...of('emr-containers', { createVirtualCluster: R, deleteVirtualCluster: JOB, startJobRun: JOB }),
  ...of('emr-serverless', { createApplication: JOB, startApplication: JOB, stopApplication: JOB }),
  ...of('emr-serverless', { deleteApplication: JOB, startJobRun: JOB, cancelJobRun: JOB }),
  ...of('events', { putEvents: TOKEN }),
  ...of('glue', { startJobRun: JOB }),
  ...of('http', { invoke: R }),
  ...of('lambda', { invoke: TOKEN }),
  ...of('mediaconvert', { createJob: JOB }),
  ...of('sagemaker', { createEndpoint: R, createEndpointConfig: R, updateEndpoint: R, createModel: R }),
  ...of('sagemaker', { createTrainingJob: JOB, createTransformJob: JOB, createProcessingJob: JOB }),
  ...of('sagemaker', { createHyperParameterTuningJob: JOB, createLabelingJob: JOB }),
  ...of('sns', { publish: TOKEN }),
  ...of('sqs', { sendMessage: TOKEN }),
  ...of('states', { startExecution: [...ALL, 'sync:2'] }),
]);

/** What an AWS SDK integration may do: no `.sync`, whatever the service. */
const SDK_PATTERNS = TOKEN;

/** What the `Resource` of a Task calls. */
export type Integration =
  /** `arn:aws:states:::lambda:invoke` */
  | { kind: 'optimized'; service: string; action: string; pattern: IntegrationPattern }
  /** `arn:aws:states:::aws-sdk:s3:getObject` */
  | { kind: 'sdk'; service: string; action: string; pattern: IntegrationPattern }
  /** A function's own ARN in place of `lambda:invoke`. */
  | { kind: 'function'; functionArn: string }
  /** `arn:aws:states:<region>:<account>:activity:<name>` */
  | { kind: 'activity'; activityArn: string };

/**
 * Reads the `Resource` of a Task. Undefined: Step Functions does not know the integration, or not with this pattern
 * (`The resource provided … is not recognized`). AWS SDK actions count as known when their client is installed and
 * has them.
 */
export function integrationOf(resource: string): Integration | undefined {
  if (/^arn:[\w-]+:lambda:[\w-]*:\d*:function:.+$/.test(resource)) return { kind: 'function', functionArn: resource };
  if (/^arn:[\w-]+:states:[\w-]+:\d+:activity:.+$/.test(resource)) return { kind: 'activity', activityArn: resource };
  const [, name = '', suffix] =
    /^arn:[\w-]+:states:::([\w:-]+?)(?:\.(sync:2|sync|waitForTaskToken))?$/.exec(resource) ?? [];
  const pattern = patternOf(suffix);
  const [first = '', second = '', third, ...rest] = name.split(':');
  if (rest.length > 0) return undefined;
  if (first === 'aws-sdk')
    return third !== undefined && SDK_PATTERNS.includes(pattern) && isSdkAction(second, third)
      ? { kind: 'sdk', service: second, action: third, pattern }
      : undefined;
  if (third !== undefined || !OPTIMIZED.get(name)?.includes(pattern)) return undefined;
  return { kind: 'optimized', service: first, action: second, pattern };
}

/** The patterns of an optimized integration or of any AWS SDK integration; undefined for a name nobody knows. */
export function patternsOf(service: string, action: string): readonly IntegrationPattern[] | undefined {
  return service === 'aws-sdk' ? SDK_PATTERNS : OPTIMIZED.get(`${service}:${action}`);
}

function of(service: string, actions: Readonly<Record<string, readonly IntegrationPattern[]>>) {
  return Object.entries(actions).map(([action, patterns]): [string, readonly IntegrationPattern[]] => [
    `${service}:${action}`,
    patterns,
  ]);
}

function patternOf(suffix: string | undefined): IntegrationPattern {
  return suffix === 'sync' || suffix === 'sync:2' || suffix === 'waitForTaskToken' ? suffix : 'requestResponse';
}

/**
 * SDK clients by the service's name in `aws-sdk:<service>` (the Java SDK's: lower case, no hyphens). Only clients in
 * package.json are found by a local run.
 */
const SDK_CLIENTS: Readonly<Record<string, string>> = {
  cloudformation: '@aws-sdk/client-cloudformation',
  cloudwatchlogs: '@aws-sdk/client-cloudwatch-logs',
  dynamodb: '@aws-sdk/client-dynamodb',
  eventbridge: '@aws-sdk/client-eventbridge',
  lambda: '@aws-sdk/client-lambda',
  s3: '@aws-sdk/client-s3',
  secretsmanager: '@aws-sdk/client-secrets-manager',
  sfn: '@aws-sdk/client-sfn',
  sns: '@aws-sdk/client-sns',
  sqs: '@aws-sdk/client-sqs',
  sts: '@aws-sdk/client-sts',
};

/** The npm package of the client behind `aws-sdk:<service>`; undefined when this project has none. */
export function sdkClientOf(service: string): string | undefined {
  return SDK_CLIENTS[service];
}

const require = createRequire(import.meta.url);

/** Looks for the command's type declaration, which every client ships, so that no client needs to be loaded. */
function isSdkAction(service: string, action: string): boolean {
  const client = SDK_CLIENTS[service];
  if (client === undefined || !/^[a-z]\w*$/.test(action)) return false;
  const command = `${action.charAt(0).toUpperCase()}${action.slice(1)}Command`;
  const directory = clientDirectory(client);
  return directory !== undefined && existsSync(join(directory, 'dist-types', 'commands', `${command}.d.ts`));
}

function clientDirectory(client: string): string | undefined {
  try {
    return dirname(require.resolve(`${client}/package.json`));
  } catch {
    return undefined; // a development dependency that a production installation leaves out
  }
}
