import { Stack } from 'aws-cdk-lib';
import { type EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { resourceName } from '../naming.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { undeliveredAlarm } from './rule-alarm.ts';
import { INTERACTIVE_TIMEOUT, ServiceFunction } from './service-function.ts';
import type { WaitsTable } from './waits-table.ts';

export interface RemindersProps {
  config: Config;
  waits: WaitsTable;
  bus: EventBus;
}

/** Reminds of a gate that has waited for most of its time: a schedule for each wait, which deletes itself. */
export class Reminders extends Construct {
  constructor(scope: Construct, id: string, { config, waits, bus }: RemindersProps) {
    super(scope, id);
    const group = resourceName(config, 'reminders');
    const schedules = new CfnScheduleGroup(this, 'Schedules', { name: group });
    const schedulerRole = new Role(this, 'SchedulerRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: 'What a reminder that is due may do: call the function',
    });
    const missed = deadLetterQueue(this, 'Missed', {
      config,
      name: 'remind-dlq',
      meaning: 'Nobody will be reminded of a gate that waits; the gate itself is not affected.',
      firstStep: 'read the letter for the story and tell those who decide; then look at the log of remind.',
      runbook: 'a-reminder-was-not-made',
    });
    const remind = new ServiceFunction(this, 'Remind', {
      config,
      name: 'remind',
      description: 'Reminds of what has waited for most of its time',
      timeout: INTERACTIVE_TIMEOUT,
      environment: {
        WAITS_TABLE_NAME: waits.table.tableName,
        EVENT_BUS_NAME: bus.eventBusName,
        SCHEDULE_GROUP_NAME: group,
        SCHEDULE_ROLE_ARN: schedulerRole.roleArn,
        REMINDER_PERCENT: String(config.reminderPercent),
      },
      deadLetterQueue: missed,
    });
    remind.lambda.node.addDependency(schedules);
    schedulerRole.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [remind.lambda.functionArn] }),
    );
    this.#allow(remind, waits, bus, schedulerRole, group);
    const ruleName = resourceName(config, 'waits-begun');
    const rule = new Rule(this, 'Waiting', {
      ruleName,
      description: 'Executions that begin to wait',
      eventBus: bus,
      eventPattern: { source: ['storygate'], detailType: ['Execution Waiting'] },
      targets: [new LambdaFunction(remind.lambda, { deadLetterQueue: missed })],
    });
    undeliveredAlarm(rule, {
      config,
      ruleName,
      bus,
      meaning: 'Nobody will be reminded of a gate that waits; the gate itself is not affected.',
    });
  }

  #allow(remind: ServiceFunction, waits: WaitsTable, bus: EventBus, schedulerRole: Role, group: string): void {
    remind.allow({ actions: ['dynamodb:GetItem'], resources: [waits.table.tableArn] });
    remind.allow({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] });
    const schedule = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule',
      resourceName: `${group}/*`,
    });
    remind.allow({ actions: ['scheduler:CreateSchedule'], resources: [schedule] });
    remind.acceptPattern(
      `arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/${group}/*`,
      'Schedules get their names when they are made; the pattern covers those of the group of this stack only.',
    );
    remind.allow({
      actions: ['iam:PassRole'],
      resources: [schedulerRole.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    });
  }
}
