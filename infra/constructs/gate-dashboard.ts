import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
  Metric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import type { FunctionName } from '../functions.ts';
import { GATE_USD } from '../gate-cost.ts';
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
  /** Where Step Functions logs every event of every execution. */
  stateMachineLogs: ILogGroup;
}

const FULL_WIDTH = 24;
const THIRD = 8;

/**
 * Counts the gates that wait, from the log of the state machine: TaskSubmitted is the event of a state that waits for its token, and of
 * no other state here; an end of the execution comes after it. Exact for what began to wait within the time that the dashboard shows.
 */
const WAITING = [
  'filter type in ["TaskSubmitted", "ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"]',
  'stats latest(type) as newest by execution_arn',
  'filter newest = "TaskSubmitted"',
  'stats count(*) as waiting',
];

const COST_NOTE = `**Cost of use**: ${(1_000 * GATE_USD).toFixed(2)} USD for 1,000 approved gates, counted at list prices of us-east-1. What a stage
costs while nothing happens, and how both are counted: \`docs/scale-and-cost.md\`. The bill has the last word: activate the cost
allocation tags \`application\`, \`gate\` and \`stage\`.`;

/** One page for whoever asks whether releases flow: what started and ended, what Jira decided, how fast, and what is stuck. */
export class GateDashboard extends Construct {
  constructor(scope: Construct, id: string, props: GateDashboardProps) {
    super(scope, id);
    const { config, queue, deadLetters, outputs, stateMachineLogs } = props;
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
        count(
          'relay',
          ...[
            'CallbackRelayed',
            'CallbackCounted',
            'CallbackParked',
            'CallbackLate',
            'CallbackDuplicate',
            'CallbackIgnored',
          ],
        ),
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
      table('Gates waiting now', stateMachineLogs, WAITING),
      graph('Cost of use (USD a day)', [costOfUse(props.stateMachineArn)]),
      new TextWidget({ width: THIRD, height: 6, markdown: COST_NOTE }),
    );
    board.addWidgets(
      graph('Age of the oldest callback (s)', [queue.metricApproximateAgeOfOldestMessage()]),
      graph('Dead letters', [deadLetters.metricApproximateNumberOfMessagesVisible()]),
      table('Failures by state', outputs.logs, [
        'filter operation = "error"',
        'stats count(*) as executions by state, error',
        'sort executions desc',
      ]),
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

function table(title: string, logs: ILogGroup, queryLines: string[]): LogQueryWidget {
  return new LogQueryWidget({
    title,
    width: THIRD,
    view: LogQueryVisualizationType.TABLE,
    logGroupNames: [logs.logGroupName],
    queryLines,
  });
}

function costOfUse(StateMachineArn: string): IMetric {
  const period = Duration.days(1);
  const [started] = executions(StateMachineArn, 'ExecutionsStarted');
  return new MathExpression({
    expression: `started * ${GATE_USD.toFixed(6)}`,
    label: 'gates started × cost of an approved one',
    usingMetrics: { ...(started && { started }) },
    period,
  });
}
