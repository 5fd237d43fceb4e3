import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { removalPolicy, resourceName } from '../naming.ts';

/** The longest that SQS keeps a message: people get all the time there is to look at what failed. */
export const LONGEST_RETENTION = Duration.days(14);

/** A queue for what could not be delivered. Encrypted, TLS only. */
export function deadLetterQueue(scope: Construct, id: string, config: Config, name: string): Queue {
  const queue = new Queue(scope, id, {
    queueName: resourceName(config, name),
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: LONGEST_RETENTION,
    removalPolicy: removalPolicy(config),
  });
  Validations.of(queue).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'It is itself a dead-letter queue.' });
  return queue;
}
