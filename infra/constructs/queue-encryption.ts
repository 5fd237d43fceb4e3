import { QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { customerKey } from './customer-key.ts';

/** How queues are encrypted: with the customer key where there is one, else with a key of SQS, which costs nothing. */
export function queueEncryption(
  scope: Construct,
  config: Config,
): Pick<QueueProps, 'encryption' | 'encryptionMasterKey'> {
  const key = customerKey(scope, config);
  return key
    ? { encryption: QueueEncryption.KMS, encryptionMasterKey: key }
    : { encryption: QueueEncryption.SQS_MANAGED };
}
