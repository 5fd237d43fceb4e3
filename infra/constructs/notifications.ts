import { Duration } from 'aws-cdk-lib';
import { type EventBus, Match, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Subscription, SubscriptionFilter, SubscriptionProtocol, type Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { DomainEventType } from '../../services/shared/domain-events.ts';
import type { Config } from '../config.ts';
import { resourceName, stateMachineArn } from '../naming.ts';
import { alarm } from './alarm.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { undeliveredAlarm } from './rule-alarm.ts';
import { INTERACTIVE_TIMEOUT, ServiceFunction } from './service-function.ts';
import { serviceMetric } from './service-metric.ts';
import { topic } from './topic.ts';

/** What people are told about; everything else on the bus is for programs. */
const ANNOUNCED: readonly DomainEventType[] = ['Workflow Failed', 'Callback Dead-Lettered', 'Wait Reminder'];

const NOT_TOLD = 'Something happened that people should have been told, and they were not.';

const PROTOCOLS = {
  email: SubscriptionProtocol.EMAIL,
  https: SubscriptionProtocol.HTTPS,
  sqs: SubscriptionProtocol.SQS,
  lambda: SubscriptionProtocol.LAMBDA,
};

export interface NotificationsProps {
  config: Config;
  bus: EventBus;
  /** The workflow whose failures are told even where none of its states could. */
  stateMachineName: string;
}

/**
 * Tells people what happened, in words. A function writes them: a rule's input transformer can neither set the attributes that
 * subscribers filter by nor keep a line break in a comment from posing as a line of the message.
 */
export class Notifications extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { config, bus, stateMachineName }: NotificationsProps) {
    super(scope, id);
    const name = resourceName(config, 'notifications');
    this.topic = topic(this, 'Topic', config, name, `Storygate ${config.stage}`);
    config.notifications.forEach((subscription, index) => {
      this.#subscribe(`Subscriber${index + 1}`, subscription);
    });
    const undelivered = deadLetterQueue(this, 'Undelivered', {
      config,
      name: 'notifications-dlq',
      meaning: NOT_TOLD,
      firstStep:
        'read the letter (the domain event) and tell those whom it concerns; then look at the log of the function.',
      runbook: 'a-notification-was-not-sent',
    });
    const notify = new ServiceFunction(this, 'Notify', {
      config,
      name: 'notify',
      description: 'Tells people about failures, rejections, reminders and dead letters',
      timeout: INTERACTIVE_TIMEOUT,
      environment: { TOPIC_ARN: this.topic.topicArn, GATE_NAME: resourceName(config) },
      deadLetterQueue: undelivered,
    });
    notify.allow({ actions: ['sns:Publish'], resources: [this.topic.topicArn] });
    const targets = [new LambdaFunction(notify.lambda, { deadLetterQueue: undelivered })];
    const announcements = new Rule(this, 'Announcements', {
      ruleName: name,
      description: 'Domain events that people are told about',
      eventBus: bus,
      eventPattern: { source: ['storygate'], detailType: [...ANNOUNCED] },
      targets,
    });
    const uncaughtName = resourceName(config, 'uncaught-failures');
    const uncaught = new Rule(this, 'Uncaught', {
      ruleName: uncaughtName,
      description: 'Executions that failed where no state could catch it',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        // The workflow's own Fail state never uses a name that begins with "States."; what Step Functions itself ends does.
        detail: {
          stateMachineArn: [stateMachineArn(this, stateMachineName)],
          status: ['FAILED'],
          error: Match.prefix('States.'),
        },
      },
      targets,
    });
    undeliveredAlarm(announcements, { config, ruleName: name, bus, meaning: NOT_TOLD });
    undeliveredAlarm(uncaught, { config, ruleName: uncaughtName, meaning: NOT_TOLD });
    this.#alarm(config);
  }

  #subscribe(id: string, { protocol, endpoint, kinds, projects }: Config['notifications'][number]): void {
    new Subscription(this, id, {
      topic: this.topic,
      protocol: PROTOCOLS[protocol],
      endpoint,
      ...((kinds.length > 0 || projects.length > 0) && {
        filterPolicy: {
          ...(kinds.length > 0 && { kind: SubscriptionFilter.stringFilter({ allowlist: kinds }) }),
          ...(projects.length > 0 && { project: SubscriptionFilter.stringFilter({ allowlist: projects }) }),
        },
      }),
    });
  }

  #alarm(config: Config): void {
    alarm(this, 'WaitTooLong', {
      config,
      name: `${resourceName(config)}-wait-too-long`,
      meaning:
        'A workflow has used up most of the time that it waits for a decision; without one the release stays closed.',
      firstStep: 'list what waits, and ask whoever has to decide.',
      runbook: 'a-workflow-waits-too-long',
      metric: serviceMetric(config, 'notify', 'WaitReminder', { period: Duration.minutes(5) }),
      threshold: 1,
    });
  }
}
