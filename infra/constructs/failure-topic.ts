import { Alias } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { customerKey } from './customer-key.ts';

export interface FailureTopicProps {
  config: Config;
  topicName: string;
  displayName: string;
  /** Addresses that are told; each has to confirm its subscription once. */
  emails: readonly string[];
}

/** Tells people about failures. Encrypted with the customer key where there is one, else with the key that SNS has in every account; TLS only. */
export class FailureTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { config, topicName, displayName, emails }: FailureTopicProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      topicName,
      displayName,
      enforceSSL: true,
      masterKey: customerKey(this, config) ?? Alias.fromAliasName(this, 'Key', 'alias/aws/sns'),
    });
    for (const email of emails) this.topic.addSubscription(new EmailSubscription(email));
  }
}
