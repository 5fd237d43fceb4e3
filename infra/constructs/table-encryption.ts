import { TableEncryption, type TableProps } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { customerKey } from './customer-key.ts';

/** How tables are encrypted: with the customer key where there is one, else with the key that DynamoDB has in every account. */
export function tableEncryption(scope: Construct, config: Config): Pick<TableProps, 'encryption' | 'encryptionKey'> {
  const key = customerKey(scope, config);
  return key
    ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }
    : { encryption: TableEncryption.AWS_MANAGED };
}
