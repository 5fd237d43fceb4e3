import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { removalPolicy } from '../naming.ts';

/**
 * A log group with the retention of the configuration. Every writer of logs gets its own, declared: a group that a service creates
 * by itself would keep its logs for ever and outlive the stack.
 */
export function logGroup(scope: Construct, config: Config, logGroupName: string): LogGroup {
  return new LogGroup(scope, 'Logs', {
    logGroupName,
    retention: config.logRetentionDays,
    removalPolicy: removalPolicy(config),
  });
}
