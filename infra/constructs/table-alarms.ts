import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { alarm } from './alarm.ts';

export interface TableThrottlesOptions {
  config: Config;
  tableName: string;
  /** Global secondary indexes: a write that an index has no room for is refused as a whole. */
  indexes: readonly string[];
}

/** Goes off when a table on demand has refused requests for a quarter of an hour: its partitions split within minutes. */
export function tableThrottles(scope: Construct, { config, tableName, indexes }: TableThrottlesOptions): void {
  const period = Duration.minutes(5);
  const refused = (metricName: string, index?: string) =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: { TableName: tableName, ...(index !== undefined && { GlobalSecondaryIndexName: index }) },
      statistic: 'Sum',
      period,
    });
  const usingMetrics = {
    reads: refused('ReadThrottleEvents'),
    writes: refused('WriteThrottleEvents'),
    ...Object.fromEntries(indexes.map((index) => [`${index}Writes`, refused('WriteThrottleEvents', index)])),
  };
  alarm(scope, 'Throttles', {
    config,
    name: `${tableName}-throttles`,
    meaning: `DynamoDB has refused requests to ${tableName} for 15 minutes: whatever needs it comes late, and may fail.`,
    firstStep: 'look whether one story or file gets far more requests than all others.',
    runbook: 'a-table-is-throttled',
    metric: new MathExpression({
      expression: `SUM([${Object.keys(usingMetrics).join(', ')}])`, // unlike +, it leaves out what reports nothing
      label: 'refused reads and writes',
      usingMetrics,
      period,
    }),
    threshold: 1,
    periods: 3,
  });
}
