import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  LogQueryVisualizationType,
  LogQueryWidget,
  Metric,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import type { FunctionName } from '../functions.ts';
import { resourceName } from '../naming.ts';
import type { ServiceFunction } from './service-function.ts';
import { serviceMetric } from './service-metric.ts';

export interface GateDashboardProps {
  config: Config;
  /** ARN of the state machine, unqualified. */
  stateMachineArn: string;
  queue: Queue;
  deadLetters: Queue;
  outputs: ServiceFunction;
}

const FULL_WIDTH = 24;
const THIRD = 8;

/** One page for whoever asks whether releases flow: what started and ended, what Jira decided, how fast, and what is stuck. */
export class GateDashboard extends Construct {
  constructor(scope: Construct, id: string, props: GateDashboardProps) {
    super(scope, id);
    const { config, queue, deadLetters, outputs } = props;
    const count = (name: FunctionName, ...metrics: string[]) =>
      metrics.map((metric) => serviceMetric(config, name, metric));
    const percentiles = (name: FunctionName, metric: string) =>
      ['p50', 'p99'].map((statistic) => serviceMetric(config, name, metric, { statistic, label: statistic }));
    const board = new Dashboard(this, 'Dashboard', {
      dashboardName: resourceName(config, 'release-gate'),
      defaultInterval: Duration.days(7),
    });
    board.addWidgets(...this.#alarms());
    board.addWidgets(
      graph('Gates', executions(props.stateMachineArn, 'ExecutionsStarted', 'ExecutionsSucceeded', 'ExecutionsFailed')),
      graph(
        'Decisions by disposition',
        count('relay', 'CallbackRelayed', 'CallbackParked', 'CallbackLate', 'CallbackDuplicate'),
      ),
      graph(
        'Webhook',
        count('jira-webhook', 'CallbackAccepted', 'CallbackIgnored', 'CallbackRefused', 'CallbackUnauthenticated'),
      ),
    );
    board.addWidgets(
      graph('From webhook to resume (ms)', percentiles('relay', 'RelayTime')),
      graph('From the question to the decision (s)', percentiles('outputs', 'DecisionTime')),
      graph('Why gates stayed closed', count('notify', 'WorkflowRefused', 'WorkflowFailed', 'WaitReminder')),
    );
    board.addWidgets(
      graph('Age of the oldest callback (s)', [queue.metricApproximateAgeOfOldestMessage()]),
      graph('Dead letters', [deadLetters.metricApproximateNumberOfMessagesVisible()]),
      new LogQueryWidget({
        title: 'Failures by state',
        width: THIRD,
        view: LogQueryVisualizationType.TABLE,
        logGroupNames: [outputs.logs.logGroupName],
        queryLines: [
          'filter operation = "error"',
          'stats count(*) as executions by state, error',
          'sort executions desc',
        ],
      }),
    );
  }

  /** The state of every alarm above, named instead of referred to: a stage may have a dashboard and no alarms. */
  #alarms(): AlarmStatusWidget[] {
    const stack = Stack.of(this);
    const alarms = stack.node.findAll().filter((construct) => construct instanceof Alarm);
    const named = alarms.map(({ alarmName }, index) =>
      Alarm.fromAlarmArn(
        this,
        `Alarm${index + 1}`,
        stack.formatArn({ service: 'cloudwatch', resource: `alarm:${alarmName}` }),
      ),
    );
    return named.length > 0 ? [new AlarmStatusWidget({ title: 'Alarms', width: FULL_WIDTH, alarms: named })] : [];
  }
}

function executions(StateMachineArn: string, ...metrics: string[]): IMetric[] {
  return metrics.map(
    (metricName) =>
      new Metric({ namespace: 'AWS/States', metricName, dimensionsMap: { StateMachineArn }, statistic: 'Sum' }),
  );
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, width: THIRD, left });
}
