import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { stateMachineArn } from '../naming.ts';
import type { ReleaseApis } from './release-apis.ts';
import type { ServiceFunction } from './service-function.ts';
import { serviceMetric } from './service-metric.ts';
import type { WorkflowBucket } from './workflow-bucket.ts';
import { WorkflowStateMachine } from './workflow-state-machine.ts';

export interface ReleaseGateStateMachineProps {
  config: Config;
  stateMachineName: string;
  bucket: WorkflowBucket;
  apis: ReleaseApis;
  storeTaskToken: ServiceFunction;
  outputs: ServiceFunction;
}

/** The workflow of `asl/release-gate.asl.json`. */
export class ReleaseGateStateMachine extends WorkflowStateMachine {
  constructor(scope: Construct, id: string, props: ReleaseGateStateMachineProps) {
    const { config, stateMachineName, bucket, apis } = props;
    super(scope, id, {
      config,
      stateMachineName,
      comment: 'Gates a release on its Jira story',
      definition: 'release-gate',
      substitutions: substitutions(props),
      statements: [
        ...readInput(bucket),
        ...callApis(stateMachineArn(scope, stateMachineName), apis),
        callFunctions(props),
      ],
      patterns: { [bucket.patternOf('inputs/')]: 'Workflow files are named by those who upload them.' },
      // The input of WaitForCallback's task is its token, and who reads the log may not answer the gate.
      logExecutionData: false,
      defects: serviceMetric(config, 'notify', 'WorkflowFailed'),
    });
  }
}

function substitutions({
  config,
  apis,
  storeTaskToken,
  outputs,
}: ReleaseGateStateMachineProps): Record<string, string> {
  return {
    ValidationEndpoint: apis.validation.endpoint,
    ValidationConnectionArn: apis.validation.connection.arn,
    DeploymentEndpoint: apis.deployment.endpoint,
    DeploymentConnectionArn: apis.deployment.connection.arn,
    NotificationEndpoint: apis.notification.endpoint,
    NotificationConnectionArn: apis.notification.connection.arn,
    StoreTaskTokenFunctionArn: storeTaskToken.live.functionArn,
    OutputsFunctionArn: outputs.lambda.functionArn,
    WaitTimeoutSeconds: String(config.waitTimeoutSeconds),
  };
}

function readInput(bucket: WorkflowBucket): PolicyStatementProps[] {
  return [
    { actions: ['s3:GetObject', 's3:GetObjectVersion'], resources: [bucket.objects('inputs/')] },
    // So that S3 answers NoSuchKey and not AccessDenied for a file that is not there. A condition on the prefix would defeat
    // that: GetObject, for which S3 asks, has no prefix.
    { actions: ['s3:ListBucket'], resources: [bucket.bucket.bucketArn] },
  ];
}

function callApis(ownArn: string, { validation, deployment, notification }: ReleaseApis): PolicyStatementProps[] {
  const apis = [validation, deployment, notification];
  return [
    {
      actions: ['states:InvokeHTTPEndpoint'],
      resources: [ownArn],
      conditions: {
        StringEquals: { 'states:HTTPMethod': 'POST', 'states:HTTPEndpoint': apis.map(({ endpoint }) => endpoint) },
      },
    },
    { actions: ['events:RetrieveConnectionCredentials'], resources: apis.map(({ connection }) => connection.arn) },
    {
      actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      resources: apis.map(({ connection }) => connection.secretArn),
    },
  ];
}

function callFunctions({ storeTaskToken, outputs }: ReleaseGateStateMachineProps): PolicyStatementProps {
  return {
    actions: ['lambda:InvokeFunction'],
    resources: [storeTaskToken.live.functionArn, outputs.lambda.functionArn],
  };
}
