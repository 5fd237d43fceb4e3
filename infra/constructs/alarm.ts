import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { AlarmTopic } from './alarm-topic.ts';

export interface AlarmOptions {
  config: Config;
  /** Its name: that of the resource, and what is wrong with it. */
  name: string;
  /** What it means to those who use the product. A sentence. */
  meaning: string;
  /** What whoever is woken does first. A sentence. */
  firstStep: string;
  /** The heading in `docs/operations.md` that goes on from there, as its anchor. A test looks for it. */
  runbook: string;
  metric: IMetric;
  /** It goes off at this value and above. */
  threshold: number;
  /** How many periods of the metric in a row. Default: 1. */
  periods?: number;
}

/**
 * An alarm that wakes people, where the configuration has alarms; otherwise none.
 * No data is no alarm: queues and functions that nobody uses report nothing.
 */
export function alarm(scope: Construct, id: string, options: AlarmOptions): Alarm | undefined {
  const { config, name, meaning, firstStep, runbook, metric, threshold, periods = 1 } = options;
  if (!config.alarms.enabled) return undefined;
  const made = new Alarm(scope, id, {
    alarmName: name,
    alarmDescription: `${meaning} First: ${firstStep} More: ${config.alarms.runbook}#${runbook}`,
    metric,
    threshold,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: periods,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  const wake = new SnsAction(AlarmTopic.of(scope, config).topic);
  made.addAlarmAction(wake);
  made.addOkAction(wake);
  return made;
}
