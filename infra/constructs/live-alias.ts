import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaDeploymentConfig, LambdaDeploymentGroup, TrafficRouting } from 'aws-cdk-lib/aws-codedeploy';
import type { Alias, IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';

type Gradual = Exclude<Config['rollout'], { type: 'all-at-once' }>;

const CONFIG_ID = 'FunctionRollout';

/** Versions stay, as the way back; they go when the function goes. */
export const KEPT_VERSIONS = { removalPolicy: RemovalPolicy.RETAIN };

export interface LiveAliasOptions {
  config: Config;
  lambda: LambdaFunction;
  /** What takes a new version back while it is rolled out. */
  failures: Alarm | undefined;
}

/**
 * The alias `live` of a function: what callers call. A deployment moves it to the new version at once, or as `rollout` says, by
 * CodeDeploy, which moves it back when the alarm goes off.
 */
export function liveAlias(scope: Construct, { config, lambda, failures }: LiveAliasOptions): IFunction {
  const alias = lambda.addAlias('live');
  const { rollout } = config;
  if (rollout.type !== 'all-at-once') shiftGradually(scope, alias, rollout, failures);
  return alias as IFunction; // it is one: the library declares its optional `role` in two ways, which differ for this compiler
}

function shiftGradually(scope: Construct, alias: Alias, rollout: Gradual, failures: Alarm | undefined): void {
  const group = new LambdaDeploymentGroup(scope, 'Rollout', {
    alias,
    deploymentConfig: deploymentConfig(scope, rollout),
    ...(failures && { alarms: [failures] }),
    autoRollback: { failedDeployment: true, stoppedDeployment: true, ...(failures && { deploymentInAlarm: true }) },
  });
  if (group.role)
    Validations.of(group.role).acknowledge({
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]',
      reason:
        "It is AWS's own policy for this: it moves aliases and reads alarms, and invokes hooks of which there are none.",
    });
}

/** One for all functions of a stack. */
function deploymentConfig(scope: Construct, { type, percentage, intervalMinutes }: Gradual): LambdaDeploymentConfig {
  const stack = Stack.of(scope);
  const known = stack.node.tryFindChild(CONFIG_ID);
  if (known instanceof LambdaDeploymentConfig) return known;
  const steps = { percentage, interval: Duration.minutes(intervalMinutes) };
  return new LambdaDeploymentConfig(stack, CONFIG_ID, {
    deploymentConfigName: `${stack.stackName}-${type}-${percentage}-${intervalMinutes}`,
    trafficRouting: type === 'canary' ? TrafficRouting.timeBasedCanary(steps) : TrafficRouting.timeBasedLinear(steps),
  });
}
