import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type PolicyStatementProps, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { FUNCTIONS_DIRECTORY, type FunctionName } from '../functions.ts';
import { resourceName } from '../naming.ts';
import { logGroup } from './log-group.ts';

/** CPU comes with memory: at 512 MB a cold start takes half as long as at 256 MB, for the same price. */
const MEMORY_MB = 512;
/** What a function that someone waits for may take: below API Gateway's 30 s and Jira's 20 s, with room for one slow start. */
export const INTERACTIVE_TIMEOUT = Duration.seconds(15);

export interface ServiceFunctionProps {
  config: Config;
  name: FunctionName;
  /** Physical name; default: `storygate-<stage>-<name>`. */
  functionName?: string;
  description: string;
  timeout: Duration;
  environment: Record<string, string>;
  /** Takes the events of asynchronous invocations that failed after all retries. Only for functions that are invoked so. */
  deadLetterQueue?: IQueue;
}

/** A function of `services/` with its role and its log group. Its role may write that log group and nothing else, until `allow`. */
export class ServiceFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly #role: Role;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const { config, name, deadLetterQueue } = props;
    const functionName = props.functionName ?? resourceName(config, name);
    const logs = logGroup(this, config, `/aws/lambda/${functionName}`);
    this.#role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${functionName} may do`,
    });
    this.allow({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logs.logGroupArn] });
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
      logGroup: logs,
      environment: environment(props),
      ...(deadLetterQueue && { deadLetterQueue }),
    });
    Validations.of(this.#role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray has no resources: xray:PutTraceSegments and xray:PutTelemetryRecords can only be allowed on *.',
    });
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

/** Context may name another directory of bundles than `build/functions`. */
function functionsDirectory({ node }: Construct): string {
  const directory: unknown = node.tryGetContext('storygate:functions');
  return typeof directory === 'string' ? directory : FUNCTIONS_DIRECTORY;
}

function environment({ config, name, environment: own }: ServiceFunctionProps): Record<string, string> {
  return {
    POWERTOOLS_SERVICE_NAME: name,
    POWERTOOLS_METRICS_NAMESPACE: 'Storygate',
    LOG_LEVEL: config.logLevel,
    ...own,
  };
}
