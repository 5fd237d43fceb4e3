import { Aws, Validations } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
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
  /** ARNs of the log groups that its users may read. */
  logGroupArns: string[];
}

/** For people: start and inspect executions, read the bucket and the logs. Whom in the account IAM lets assume it, may. */
export class UserRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: UserRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      assumedBy: new AccountRootPrincipal(),
      description: 'Starts and inspects release gates, reads their files and logs',
    });
    for (const statement of [...start(props), ...inspect(this, props), ...read(props)])
      this.role.addToPolicy(statement);
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

function inspect(scope: Construct, { stateMachine, stateMachineName }: UserRoleProps): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['states:DescribeStateMachine', 'states:ListExecutions'],
      resources: [stateMachine.arn],
    }),
    new PolicyStatement({
      actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
      resources: [executionArns(scope, stateMachineName)],
    }),
    new PolicyStatement({ actions: ['cloudformation:DescribeStacks'], resources: [Aws.STACK_ID] }),
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
