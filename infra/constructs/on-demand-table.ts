import { Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { removalPolicy } from '../naming.ts';
import { tableThrottles } from './table-alarms.ts';
import { tableEncryption } from './table-encryption.ts';

export interface OnDemandTableOptions {
  config: Config;
  tableName: string;
  /** Names of the key attributes, both strings. */
  partitionKey: string;
  sortKey?: string;
  timeToLiveAttribute?: string;
  /** Names of the global secondary indexes that it is going to get. */
  indexes?: readonly string[];
}

/** An encrypted table that costs what is read and written. Stages that retain data have backups and deletion protection. */
export function onDemandTable(scope: Construct, id: string, options: OnDemandTableOptions): Table {
  const { config, tableName, partitionKey, sortKey, timeToLiveAttribute, indexes = [] } = options;
  const table = new Table(scope, id, {
    tableName,
    partitionKey: { name: partitionKey, type: AttributeType.STRING },
    ...(sortKey !== undefined && { sortKey: { name: sortKey, type: AttributeType.STRING } }),
    ...(timeToLiveAttribute !== undefined && { timeToLiveAttribute }),
    billingMode: BillingMode.PAY_PER_REQUEST,
    ...tableEncryption(scope, config),
    removalPolicy: removalPolicy(config),
    deletionProtection: config.retainData,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: config.retainData },
  });
  tableThrottles(table, { config, tableName, indexes });
  if (!config.retainData)
    Validations.of(table).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason:
        'A stage that keeps no data keeps no backups either; stages that retain data have point-in-time recovery.',
    });
  return table;
}
