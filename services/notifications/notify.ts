import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import * as z from 'zod/mini';
import { CLIENT_SETTINGS } from '../shared/client-settings.ts';
import { type Counters, openCounters } from '../shared/counters.ts';
import { parseEnvironment, required } from '../shared/environment.ts';
import { lazy } from '../shared/lazy.ts';
import { type Log, openLog } from '../shared/log.ts';
import { parseInput } from '../shared/parse.ts';
import { Announcement } from './announcement.ts';
import { type Notification, type NotificationKind, notificationOf } from './notification.ts';

const Environment = z.object({
  TOPIC_ARN: required('the ARN of the notification topic'),
  GATE_NAME: required('what people know this installation by'),
});

export interface NotifyServices {
  gateName: string;
  publish: (notification: Notification) => Promise<void>;
  log: Log;
  counters: Counters;
}

/** What the alarms count. A dead letter has its own alarm, on the queue. */
const METRICS: Partial<Record<NotificationKind, string>> = {
  failure: 'WorkflowFailed',
  rejection: 'WorkflowRefused',
  expiry: 'WorkflowRefused',
  'wrong-input': 'WorkflowRefused',
  reminder: 'WaitReminder',
};

/**
 * Tells people about one event.
 *
 * @throws InvalidInputError for what is no event; else whatever SNS throws, so that Lambda tries again
 */
export async function notify(event: unknown, { gateName, publish, log, counters }: NotifyServices): Promise<void> {
  try {
    const announcement = parseInput(Announcement, event, 'event');
    const notification = notificationOf(announcement, gateName);
    const metric = METRICS[notification.kind];
    if (metric) counters.count(metric);
    await publish(notification);
    log.info('people were told', { kind: notification.kind, jiraStoryId: announcement.detail.jiraStoryId });
  } finally {
    counters.flush();
  }
}

function topicPublisher(client: SNSClient, topicArn: string): NotifyServices['publish'] {
  return async ({ subject, text, attributes }) => {
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
    );
    await client.send(new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: text, MessageAttributes }));
  };
}

const services = lazy((): NotifyServices => {
  const { TOPIC_ARN, GATE_NAME } = parseEnvironment(Environment);
  return {
    gateName: GATE_NAME,
    publish: topicPublisher(new SNSClient(CLIENT_SETTINGS), TOPIC_ARN),
    log: openLog(),
    counters: openCounters(),
  };
});

/** Runs for the events that the notification rules pick. */
export const handler = (event: unknown): Promise<void> => notify(event, services());
