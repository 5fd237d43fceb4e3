import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Config } from '../config.ts';
import type { FunctionName } from '../functions.ts';
import { resourceName } from '../naming.ts';

/** Namespace of what the functions count themselves. */
export const METRICS_NAMESPACE = 'Storygate';

/** What a function counts (see its `counters`), by its only dimension, the function itself. Sums over 5 minutes unless told otherwise. */
export function serviceMetric(
  config: Config,
  name: FunctionName,
  metricName: string,
  options: MetricOptions = {},
): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { service: resourceName(config, name) },
    statistic: 'Sum',
    period: Duration.minutes(5),
    ...options,
  });
}
