import { Aws, Stack } from 'aws-cdk-lib';
import { PolicyStatement, type PolicyStatementProps, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { removalPolicy } from '../naming.ts';

const ID = 'CustomerKey';

/** The stack's own key, made on first use, where the configuration wants one. One for all: each costs 1 USD a month. */
export function customerKey(scope: Construct, config: Config): Key | undefined {
  if (!config.customerKey) return undefined;
  const stack = Stack.of(scope);
  const known = stack.node.tryFindChild(ID);
  if (known instanceof Key) return known;
  return new Key(stack, ID, {
    alias: stack.stackName,
    description: `Encrypts the data of ${stack.stackName}`,
    enableKeyRotation: true,
    removalPolicy: removalPolicy(config),
  });
}

/** Lets an AWS service send into what the key encrypts, on behalf of this account only. Without a key there is nothing to do. */
export function allowServiceToEncrypt(scope: Construct, config: Config, service: string): void {
  customerKey(scope, config)?.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(service)],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'], // in a key's own policy: this key
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
}

/** What a role needs to read and write what the key encrypts; nothing without a key. */
export function keyRights(scope: Construct, config: Config): PolicyStatementProps[] {
  const key = customerKey(scope, config);
  if (!key) return [];
  return [{ actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] }];
}
