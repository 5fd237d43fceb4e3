import { Aws, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { removalPolicy } from '../naming.ts';
import { customerKey } from './customer-key.ts';

/**
 * A log group with the retention of the configuration. Every writer of logs gets its own, declared: a group that a service creates
 * by itself would keep its logs for ever and outlive the stack.
 */
export function logGroup(scope: Construct, config: Config, logGroupName: string): LogGroup {
  const key = customerKey(scope, config);
  if (key) allowLogs(key, logGroupName);
  return new LogGroup(scope, 'Logs', {
    logGroupName,
    retention: config.logRetentionDays,
    removalPolicy: removalPolicy(config),
    ...(key && { encryptionKey: key }),
  });
}

/** CloudWatch Logs encrypts as itself, on behalf of the one group. */
function allowLogs(key: Key, logGroupName: string): void {
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${Aws.REGION}.amazonaws.com`)],
      actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*', 'kms:Describe*'],
      resources: ['*'], // in a key's own policy: this key
      conditions: {
        ArnEquals: {
          'kms:EncryptionContext:aws:logs:arn': Stack.of(key).formatArn({
            service: 'logs',
            resource: `log-group:${logGroupName}`,
          }),
        },
      },
    }),
  );
}
