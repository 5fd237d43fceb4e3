import { Duration, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { removalPolicy, resourceName } from '../naming.ts';
import { alarm } from './alarm.ts';
import { allowServiceToEncrypt } from './customer-key.ts';
import { queueEncryption } from './queue-encryption.ts';

/** The longest that SQS keeps a message: people get all the time there is to look at what failed. */
export const LONGEST_RETENTION = Duration.days(14);

export interface DeadLetterQueueOptions {
  config: Config;
  /** Last part of its name. */
  name: string;
  /** What a letter in it means to those who use the product. A sentence. */
  meaning: string;
  /** What whoever finds one does first. A sentence. */
  firstStep: string;
  /** Heading of the runbook, as its anchor. */
  runbook: string;
}

/** A queue for what could not be delivered, with an alarm on the first letter. Encrypted, TLS only. */
export function deadLetterQueue(scope: Construct, id: string, options: DeadLetterQueueOptions): Queue {
  const { config, name, ...explained } = options;
  const queueName = resourceName(config, name);
  const queue = new Queue(scope, id, {
    queueName,
    ...queueEncryption(scope, config),
    enforceSSL: true,
    retentionPeriod: LONGEST_RETENTION,
    removalPolicy: removalPolicy(config),
  });
  allowServiceToEncrypt(scope, config, 'events.amazonaws.com');
  Validations.of(queue).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'It is itself a dead-letter queue.' });
  alarm(queue, 'NotEmpty', {
    ...explained,
    config,
    name: `${queueName}-not-empty`,
    metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: Duration.minutes(1) }),
    threshold: 1,
  });
  return queue;
}
