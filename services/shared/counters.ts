import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Counts what happened; written as one EMF line when an invocation ends. */
export interface Counters {
  count(metric: string): void;
  flush(): void;
}

/** Namespace and service come from POWERTOOLS_METRICS_NAMESPACE and POWERTOOLS_SERVICE_NAME. */
export function openCounters(metrics = new Metrics()): Counters {
  return {
    count: (metric) => metrics.addMetric(metric, MetricUnit.Count, 1),
    flush: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics(); // with none it would print a warning
    },
  };
}
