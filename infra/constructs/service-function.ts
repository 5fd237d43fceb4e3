import { Duration, Validations } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, type PolicyStatementProps, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  type IFunction,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { FUNCTIONS_DIRECTORY, type FunctionName } from '../functions.ts';
import { resourceName } from '../naming.ts';
import { alarm } from './alarm.ts';
import { keyRights } from './customer-key.ts';
import { KEPT_VERSIONS, liveAlias } from './live-alias.ts';
import { logGroup } from './log-group.ts';
import { METRICS_NAMESPACE } from './service-metric.ts';

/** CPU comes with memory: at 512 MB a cold start takes half as long as at 256 MB, for the same price. */
const MEMORY_MB = 512;
/** What a function that someone waits for may take: below API Gateway's 30 s and Jira's 20 s, with room for one slow start. */
export const INTERACTIVE_TIMEOUT = Duration.seconds(15);

/**
 * Whoever calls a function tries again: Lambda twice more for events, the queue after 180 s, states after seconds. So one fault
 * that heals makes one or two errors, and one that stays makes three in a quarter of an hour.
 */
const ERROR_WINDOW = Duration.minutes(15);
const MANY_ERRORS = 3;

export interface ServiceFunctionProps {
  config: Config;
  name: FunctionName;
  /** Physical name; default: `storygate-<stage>-<name>`. */
  functionName?: string;
  description: string;
  timeout: Duration;
  environment: Record<string, string>;
  /** Whether a new version reaches its callers gradually, where `rollout` is gradual: for those on the way of every decision. */
  gradual?: boolean;
  /** For a function whose every failure matters: an alarm on the first one, in its own words. Sentences. */
  failure?: { meaning: string; firstStep: string; runbook: string };
  /** Takes the events of asynchronous invocations that failed after all retries. Only for functions that are invoked so. */
  deadLetterQueue?: IQueue;
}

/** A function of `services/` with its role and its log group. Its role may write that log group and nothing else, until `allow`. */
export class ServiceFunction extends Construct {
  readonly lambda: LambdaFunction;
  /** What callers call: the function itself, or the alias `live` of a gradual one. */
  readonly live: IFunction;
  readonly logs: LogGroup;
  readonly #role: Role;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const { config, name, deadLetterQueue } = props;
    const functionName = props.functionName ?? resourceName(config, name);
    this.logs = logGroup(this, config, `/aws/lambda/${functionName}`);
    this.#role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${functionName} may do`,
    });
    this.allow({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [this.logs.logGroupArn] });
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName,
      description: props.description,
      code: Code.fromAsset(`${functionsDirectory(this)}/${name}`),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: MEMORY_MB,
      timeout: props.timeout,
      tracing: Tracing.ACTIVE,
      role: this.#role,
      logGroup: this.logs,
      environment: environment(functionName, props),
      ...(deadLetterQueue && { deadLetterQueue }),
      currentVersionOptions: KEPT_VERSIONS,
    });
    for (const statement of keyRights(this, config)) this.allow(statement);
    const failures = this.#alarms(functionName, props);
    this.live = props.gradual ? liveAlias(this, { config, lambda: this.lambda, failures }) : this.lambda;
    Validations.of(this.#role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray has no resources: xray:PutTraceSegments and xray:PutTelemetryRecords can only be allowed on *.',
    });
  }

  /** @returns the alarm on errors; undefined without alarms */
  #alarms(functionName: string, { config, description, failure }: ServiceFunctionProps): Alarm | undefined {
    const period = Duration.minutes(5);
    const errors = alarm(this, 'Errors', {
      config,
      name: `${functionName}-errors`,
      meaning: `The function ${functionName} fails again and again, so this does not happen: ${lowerFirst(description)}.`,
      firstStep: `look for errors in /aws/lambda/${functionName}.`,
      runbook: 'a-function-fails',
      ...failure,
      metric: this.lambda.metricErrors({ period: ERROR_WINDOW }),
      threshold: failure ? 1 : MANY_ERRORS,
    });
    alarm(this, 'Throttles', {
      config,
      name: `${functionName}-throttles`,
      meaning: `Lambda has not let ${functionName} run for 15 minutes, so this happens late: ${lowerFirst(description)}.`,
      firstStep: "compare the account's concurrent executions with its quota.",
      runbook: 'a-function-is-throttled',
      metric: this.lambda.metricThrottles({ period }),
      threshold: 1,
      periods: 3,
    });
    return errors;
  }

  /** Adds one statement to the function's role. Name exact actions and resources. */
  allow(statement: PolicyStatementProps): void {
    this.#role.addToPolicy(new PolicyStatement(statement));
  }

  /** Accepts a resource pattern in the role's policy, `pattern` as cdk-nag names it. */
  acceptPattern(pattern: string, reason: string): void {
    Validations.of(this.#role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${pattern}]`, reason });
  }
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** Context may name another directory of bundles than `build/functions`. */
function functionsDirectory({ node }: Construct): string {
  const directory: unknown = node.tryGetContext('storygate:functions');
  return typeof directory === 'string' ? directory : FUNCTIONS_DIRECTORY;
}

function environment(functionName: string, { config, environment: own }: ServiceFunctionProps): Record<string, string> {
  return {
    POWERTOOLS_SERVICE_NAME: functionName, // tells the metrics of several gates in one account apart
    POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
    LOG_LEVEL: config.logLevel,
    ...own,
  };
}
