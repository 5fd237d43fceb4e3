import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Counts what happened; written as one EMF line when an invocation ends. */
export interface Counters {
  count(metric: string): void;
  flush(): void;
}

/** Counts, and keeps values of which percentiles are wanted. */
export interface Measurements extends Counters {
  measure(metric: string, value: number, unit: 'Milliseconds' | 'Seconds'): void;
}

/** Namespace and service come from POWERTOOLS_METRICS_NAMESPACE and POWERTOOLS_SERVICE_NAME. */
export function openCounters(metrics = new Metrics()): Measurements {
  return {
    count: (metric) => metrics.addMetric(metric, MetricUnit.Count, 1),
    measure: (metric, value, unit) => metrics.addMetric(metric, MetricUnit[unit], value),
    flush: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics(); // with none it would print a warning
    },
  };
}
