import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import type { Config } from '../config.ts';
import { alarm } from './alarm.ts';

export interface UndeliveredOptions {
  config: Config;
  /** Physical name of the rule. */
  ruleName: string;
  /** The bus that the rule listens to. Default: the account's own. */
  bus?: Pick<IEventBus, 'eventBusName'>;
  /** What does not happen then. A sentence. */
  meaning: string;
}

/**
 * Goes off when EventBridge has given an event up. The dead-letter queue of the rule gets it, and has an alarm of its own; this one
 * goes off even when that queue cannot be written.
 */
export function undeliveredAlarm(rule: Rule, { config, ruleName, bus, meaning }: UndeliveredOptions): void {
  alarm(rule, 'Undelivered', {
    config,
    name: `${ruleName}-undelivered`,
    meaning,
    firstStep:
      'read the letter in the dead-letter queue of the rule; if there is none, the queue does not let the rule in.',
    runbook: 'an-event-was-not-delivered',
    metric: new Metric({
      namespace: 'AWS/Events',
      metricName: 'FailedInvocations',
      dimensionsMap: { ...(bus && { EventBusName: bus.eventBusName }), RuleName: ruleName },
      statistic: 'Sum',
      period: Duration.minutes(5),
    }),
    threshold: 1,
  });
}
