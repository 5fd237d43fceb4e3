import { Aws, Validations } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { AccountRootPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { executionArns } from '../naming.ts';
import { keyRights } from './customer-key.ts';
import type { PostRoute } from './http-api.ts';
import type { ReleaseGateStateMachine } from './release-gate-state-machine.ts';
import type { WorkflowBucket } from './workflow-bucket.ts';

export interface UserRoleProps {
  config: Config;
  bucket: WorkflowBucket;
  stateMachine: ReleaseGateStateMachine;
  stateMachineName: string;
  startRoute: PostRoute;
  waits: Table;
  callbacks: Queue;
  deadLetters: Queue;
  webhookSecret: Secret;
  /** ARNs of the log groups that its users may read. */
  logGroupArns: string[];
}

/**
 * For people: all that the command line and the console do with a stage. Whom in the account IAM lets assume it, may.
 * Whether that includes to decide is up to the configuration.
 */
export class UserRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: UserRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      assumedBy: new AccountRootPrincipal(),
      description: 'Starts, inspects and stops release gates, reads their files, waits, dead letters and logs',
    });
    const statements = [start(props), operate(this, props), inspect(props), read(props), lookAtWaits(props)].flat();
    for (const statement of [...statements, ...decide(props)]) this.role.addToPolicy(statement);
    for (const statement of keyRights(this, props.config)) this.role.addToPolicy(new PolicyStatement(statement));
    this.#acceptPatterns(props);
  }

  #acceptPatterns({ bucket, stateMachineName }: UserRoleProps): void {
    const accept = (pattern: string, reason: string) =>
      Validations.of(this.role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${pattern}]`, reason });
    accept(bucket.patternOf('inputs/'), 'Workflow files are named by those who upload them.');
    accept(bucket.patternOf(''), 'Users read all that a workflow reads and writes.');
    accept(
      `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${stateMachineName}:*`,
      'Executions get their names when they start; the pattern covers those of this state machine only.',
    );
  }
}

function start({ config, bucket, stateMachine, startRoute }: UserRoleProps): PolicyStatement[] {
  return [
    new PolicyStatement({ actions: ['s3:PutObject'], resources: [bucket.objects('inputs/')] }),
    new PolicyStatement({ actions: ['states:StartExecution'], resources: [stateMachine.arn] }),
    // With tokens of an issuer, IAM has no say in who calls the route.
    ...(config.api.jwt ? [] : [new PolicyStatement({ actions: ['execute-api:Invoke'], resources: [startRoute.arn] })]),
  ];
}

/** Executions: look at them, stop them, let them go on. None of it opens a gate. */
function operate(scope: Construct, { stateMachineName }: UserRoleProps): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: [
        'states:DescribeExecution',
        'states:DescribeStateMachineForExecution',
        'states:GetExecutionHistory',
        'states:StopExecution',
        'states:RedriveExecution',
      ],
      resources: [executionArns(scope, stateMachineName)],
    }),
  ];
}

function inspect({ stateMachine, deadLetters }: UserRoleProps): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['states:DescribeStateMachine', 'states:ListExecutions'],
      resources: [stateMachine.arn],
    }),
    new PolicyStatement({
      actions: ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'],
      resources: [Aws.STACK_ID],
    }),
    // SQS shows a message only by receiving it; whoever has looked makes it visible to others again.
    new PolicyStatement({
      actions: ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
      resources: [deadLetters.queueArn],
    }),
  ];
}

function read({ bucket, logGroupArns }: UserRoleProps): PolicyStatement[] {
  return [
    new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucket.bucketArn] }),
    new PolicyStatement({ actions: ['s3:GetObject', 's3:GetObjectVersion'], resources: [bucket.objects('')] }),
    new PolicyStatement({
      actions: ['logs:FilterLogEvents', 'logs:GetLogEvents', 'logs:DescribeLogStreams'],
      resources: logGroupArns,
    }),
  ];
}

/** What waits and what became of decisions, without the task tokens: who has one answers the gate, past Jira and the relay. */
function lookAtWaits({ waits }: UserRoleProps): PolicyStatement[] {
  return [
    new PolicyStatement({ actions: ['dynamodb:Query'], resources: [`${waits.tableArn}/index/pending`] }),
    new PolicyStatement({
      actions: ['dynamodb:Query'],
      resources: [waits.tableArn],
      conditions: {
        // Only requests that name what they want; the default would be everything.
        StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
        'ForAllValues:StringNotEquals': { 'dynamodb:Attributes': ['taskToken'] },
      },
    }),
  ];
}

/**
 * Who has the webhook's secret decides in anyone's name, and who may send into its queue needs not even that. So to answer a
 * gate and to send dead letters again go together, and a configuration can leave both to Jira and to administrators.
 */
function decide({ config, webhookSecret, callbacks, deadLetters }: UserRoleProps): PolicyStatement[] {
  if (!config.usersMayDecide) return [];
  return [
    new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [webhookSecret.secretArn] }),
    new PolicyStatement({
      actions: ['sqs:SendMessage', 'sqs:GetQueueAttributes'],
      resources: [callbacks.queueArn],
    }),
    new PolicyStatement({
      actions: ['sqs:DeleteMessage', 'sqs:StartMessageMoveTask', 'sqs:ListMessageMoveTasks'],
      resources: [deadLetters.queueArn],
    }),
  ];
}
