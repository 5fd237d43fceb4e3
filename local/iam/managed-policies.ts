import type { PolicyDocument } from './policy.ts';

/**
 * AWS managed policies that templates here may attach, reduced to their statements.
 * Source: the AWS Managed Policy Reference. To add one: its ARN's last path segment and its actions.
 */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  AWSLambdaBasicExecutionRole: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
  AWSLambdaSQSQueueExecutionRole: [
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ],
  AWSLambdaDynamoDBExecutionRole: [
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ],
  // Without its rights on hooks and revisions, which the table could only give on everything; functions here have neither.
  AWSCodeDeployRoleForLambdaLimited: [
    'cloudwatch:DescribeAlarms',
    'lambda:UpdateAlias',
    'lambda:GetAlias',
    'lambda:GetProvisionedConcurrencyConfig',
  ],
  AWSXRayDaemonWriteAccess: [
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ],
  AmazonAPIGatewayPushToCloudWatchLogs: [
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:DescribeLogGroups',
    'logs:DescribeLogStreams',
    'logs:PutLogEvents',
    'logs:GetLogEvents',
    'logs:FilterLogEvents',
  ],
};

/** The document of an AWS managed policy (`arn:aws:iam::aws:policy/…`); undefined when it is not in the table. */
export function managedPolicy(arn: string): PolicyDocument | undefined {
  const name = /^arn:[\w-]+:iam::aws:policy\/(?:[^/]+\/)*([^/]+)$/.exec(arn)?.[1];
  const actions = name === undefined ? undefined : ACTIONS[name];
  if (!actions) return undefined;
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: [...actions], Resource: '*' }] };
}
