import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { customerKey } from './customer-key.ts';

/**
 * A topic for people, TLS only. Not encrypted with the key that SNS has in every account: CloudWatch may not use that key, and
 * its alarms would vanish without a trace. With a customer key it is encrypted.
 * @param displayName what e-mails show as their sender
 */
export function topic(scope: Construct, id: string, config: Config, topicName: string, displayName: string): Topic {
  const key = customerKey(scope, config);
  return new Topic(scope, id, { topicName, displayName, enforceSSL: true, ...(key && { masterKey: key }) });
}

/** Lets an AWS service publish, on behalf of this account only. */
export function allowServiceToPublish(target: Topic, service: string): void {
  target.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(service)],
      actions: ['sns:Publish'],
      resources: [target.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
}
