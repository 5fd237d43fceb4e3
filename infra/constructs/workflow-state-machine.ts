import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { Alarm, IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, type PolicyStatementProps, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  CfnStateMachine,
  CfnStateMachineAlias,
  CfnStateMachineVersion,
  DefinitionBody,
  LogLevel,
  StateMachine,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { PROJECT_ROOT } from '../functions.ts';
import { removalPolicy } from '../naming.ts';
import { keyRights } from './customer-key.ts';
import { logGroup } from './log-group.ts';
import { workflowAlarms } from './workflow-alarms.ts';

/** Callers use this alias, so that a new version reaches them, or is taken back, without a change on their side. */
const LIVE = 'live';

export interface WorkflowStateMachineProps {
  config: Config;
  stateMachineName: string;
  comment: string;
  /** Name of the definition: `asl/<definition>.asl.json`. */
  definition: string;
  /** Values of the definition's `${Placeholders}`. */
  substitutions: Record<string, string>;
  /** What the states do. Writing the log and traces comes with the construct. */
  statements: readonly PolicyStatementProps[];
  /** Resource patterns in `statements`, as cdk-nag names them, with the reason for each. */
  patterns?: Readonly<Record<string, string>>;
  /** Whether the log shows input and output of states. Not where they carry secrets, such as task tokens. */
  logExecutionData: boolean;
  /** Counts executions that failed through a defect; a rejection is none. Default: every failure is one. */
  defects?: IMetric;
}

/** A workflow of `asl/`: the state machine, its role, log, version and alias. */
export class WorkflowStateMachine extends Construct {
  /** Unqualified: the resource that policies name. */
  readonly arn: string;
  /** The `live` alias: what callers start. */
  readonly liveArn: string;
  readonly aliasName = LIVE;
  readonly logs: LogGroup;

  constructor(scope: Construct, id: string, props: WorkflowStateMachineProps) {
    super(scope, id);
    const { config, stateMachineName, comment, definition } = props;
    this.logs = logGroup(this, config, `/aws/vendedlogs/states/${stateMachineName}`);
    const machine = new StateMachine(this, 'StateMachine', {
      stateMachineName,
      comment,
      definitionBody: DefinitionBody.fromFile(`${PROJECT_ROOT}asl/${definition}.asl.json`),
      definitionSubstitutions: props.substitutions,
      role: this.#role(props),
      logs: { destination: this.logs, level: LogLevel.ALL, includeExecutionData: props.logExecutionData },
      tracingEnabled: true,
      removalPolicy: removalPolicy(config),
    });
    this.arn = machine.stateMachineArn;
    const failures = workflowAlarms(this, { ...props, machine, logs: this.logs });
    this.liveArn = this.#alias(machine, config, failures);
  }

  /** Each deployment that changes the state machine publishes a version; the alias moves to it, and back if the alarm goes off. */
  #alias(machine: StateMachine, { rollout }: Config, failures: Alarm | undefined): string {
    if (!(machine.node.defaultChild instanceof CfnStateMachine))
      throw new TypeError('a StateMachine is no longer made of a CfnStateMachine');
    const version = new CfnStateMachineVersion(this, 'Version', {
      stateMachineArn: machine.stateMachineArn,
      stateMachineRevisionId: machine.node.defaultChild.attrStateMachineRevisionId,
    });
    version.applyRemovalPolicy(RemovalPolicy.RETAIN); // the way back; versions go when the state machine goes
    const alias = new CfnStateMachineAlias(this, 'Live', {
      name: LIVE,
      deploymentPreference: {
        stateMachineVersionArn: version.attrArn,
        type: rollout.type.replaceAll('-', '_').toUpperCase(),
        ...(rollout.type !== 'all-at-once' && { percentage: rollout.percentage, interval: rollout.intervalMinutes }),
        ...(failures && { alarms: [failures.alarmName] }),
      },
    });
    return alias.attrArn;
  }

  #role({ config, stateMachineName, statements, patterns = {} }: WorkflowStateMachineProps): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
      description: `What ${stateMachineName} may do`,
    });
    for (const statement of [...statements, ...keyRights(this, config)])
      role.addToPolicy(new PolicyStatement(statement));
    Validations.of(role).acknowledge(
      { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'Neither X-Ray nor the delivery of logs has resources to name.' },
      ...Object.entries(patterns).map(([pattern, reason]) => ({
        id: `AwsSolutions-IAM5[Resource::${pattern}]`,
        reason,
      })),
    );
    return role;
  }
}
