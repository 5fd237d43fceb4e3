import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { alarm } from './alarm.ts';
import { METRICS_NAMESPACE } from './service-metric.ts';

const PERIOD = Duration.minutes(5);

export interface HttpApiAlarmsOptions {
  config: Config;
  /** Physical name of the API. */
  name: string;
  description: string;
  api: HttpApi;
  /** One line of JSON for each request, with its `status` as text. */
  accessLog: LogGroup;
}

/** What wakes people because of an HTTP API: requests that fail, and requests that its limits have refused. */
export function httpApiAlarms(scope: Construct, options: HttpApiAlarmsOptions): void {
  serverErrors(scope, options);
  throttles(scope, options);
}

function serverErrors(scope: Construct, { config, name, description, api }: HttpApiAlarmsOptions): void {
  alarm(scope, 'ServerErrors', {
    config,
    name: `${name}-5xx`,
    meaning: `More than one in twenty requests to ${name} fails (${description}), and not every caller tries again.`,
    firstStep: `look at the newest requests with a status of 500 and above in /aws/apigateway/${name}.`,
    runbook: 'the-api-answers-5xx',
    metric: new MathExpression({
      expression: '100 * errors / requests',
      label: 'requests that fail (%)',
      usingMetrics: {
        errors: api.metricServerError({ period: PERIOD, statistic: 'Sum' }),
        requests: api.metricCount({ period: PERIOD, statistic: 'Sum' }),
      },
      period: PERIOD,
    }),
    threshold: 5,
  });
}

/** API Gateway counts 429 among all other 4xx, so the access log is counted instead, where there are alarms. */
function throttles(scope: Construct, { config, name, description, accessLog }: HttpApiAlarmsOptions): void {
  if (!config.alarms.enabled) return;
  const refused = accessLog.addMetricFilter('Throttled', {
    filterPattern: FilterPattern.stringValue('$.status', '=', '429'),
    metricNamespace: METRICS_NAMESPACE,
    metricName: `${name}-429`,
    metricValue: '1',
  });
  alarm(scope, 'Throttles', {
    config,
    name: `${name}-429`,
    meaning: `Requests to ${name} got 429 (${description}), and not every caller tries again.`,
    firstStep: `look who sends them: route and sourceIp of the lines with status 429 in /aws/apigateway/${name}.`,
    runbook: 'the-api-answers-429',
    metric: refused.metric({ period: PERIOD, statistic: 'Sum' }),
    threshold: 1,
  });
}
