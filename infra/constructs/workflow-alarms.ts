import { Duration } from 'aws-cdk-lib';
import { type Alarm, type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { alarm } from './alarm.ts';

export interface WorkflowAlarmsOptions {
  config: Config;
  stateMachineName: string;
  machine: StateMachine;
  logs: ILogGroup;
  /** Counts executions that failed through a defect. Default: every failure is one. */
  defects?: IMetric;
}

/** The alarms of a state machine. @returns the one on failures, which also takes a bad version back; undefined without alarms */
export function workflowAlarms(scope: Construct, options: WorkflowAlarmsOptions): Alarm | undefined {
  throttles(scope, options);
  logDelivery(scope, options);
  return failures(scope, options);
}

function failures(scope: Construct, { config, stateMachineName, machine, defects }: WorkflowAlarmsOptions) {
  return alarm(scope, 'Failures', {
    config,
    name: `${stateMachineName}-failed`,
    meaning: `An execution of ${stateMachineName} failed through a defect: what it should have done has to be started again.`,
    firstStep: 'open the newest failed execution; its error and cause name the state and the reason.',
    runbook: 'an-execution-failed',
    metric: defects ?? machine.metricFailed({ period: Duration.minutes(5) }),
    threshold: 1,
  });
}

function throttles(scope: Construct, { config, stateMachineName, machine }: WorkflowAlarmsOptions): void {
  alarm(scope, 'Throttles', {
    config,
    name: `${stateMachineName}-throttles`,
    meaning: `Step Functions has slowed ${stateMachineName} down for 15 minutes: workflows take longer than they should.`,
    firstStep: "compare the account's state transitions with its quota.",
    runbook: 'a-workflow-is-throttled',
    metric: machine.metricThrottled({ period: Duration.minutes(5) }),
    threshold: 1,
    periods: 3,
  });
}

function logDelivery(scope: Construct, { config, stateMachineName, machine, logs }: WorkflowAlarmsOptions): void {
  const period = Duration.minutes(15);
  alarm(scope, 'LogDelivery', {
    config,
    name: `${stateMachineName}-log-delivery`,
    meaning: `Executions of ${stateMachineName} run, and their log stays empty: nobody will be able to tell what they did.`,
    firstStep: 'check that the role of the state machine may deliver logs, and that its log group exists.',
    runbook: 'log-delivery-stopped',
    metric: new MathExpression({
      expression: 'IF(started > 0 AND FILL(lines, 0) == 0, 1, 0)',
      label: 'executions without a log',
      usingMetrics: {
        started: machine.metricStarted({ period }),
        lines: logs.metric('IncomingLogEvents', { period, statistic: 'Sum' }),
      },
      period,
    }),
    threshold: 1,
    periods: 2, // an execution may start at the end of one period and be logged in the next
  });
}
