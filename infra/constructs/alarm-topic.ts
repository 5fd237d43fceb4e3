import { Aws, Stack } from 'aws-cdk-lib';
import { CfnSlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { allowServiceToEncrypt } from './customer-key.ts';
import { allowServiceToPublish, topic } from './topic.ts';

const ID = 'Alarms';
const CLOUDWATCH = 'cloudwatch.amazonaws.com';

/** Whom the alarms of a stack wake. One a stack, since each stack deploys alone. */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  /** The topic of the stack, made on first use. */
  static of(scope: Construct, config: Config): AlarmTopic {
    const stack = Stack.of(scope);
    const known = stack.node.tryFindChild(ID);
    return known instanceof AlarmTopic ? known : new AlarmTopic(stack, ID, config);
  }

  private constructor(scope: Stack, id: string, config: Config) {
    super(scope, id);
    this.topic = topic(this, 'Topic', config, `${scope.stackName}-alarms`, `Storygate ${config.stage} alarms`);
    allowServiceToPublish(this.topic, CLOUDWATCH);
    allowServiceToEncrypt(this, config, CLOUDWATCH);
    for (const email of config.alarms.emails) this.topic.addSubscription(new EmailSubscription(email));
    if (config.alarms.slack) this.#tellSlack(scope.stackName, config.alarms.slack);
  }

  /** The channel shows alarms and can do nothing: neither its role nor its guard rail allows any command. */
  #tellSlack(stackName: string, slack: NonNullable<Config['alarms']['slack']>): void {
    const role = new Role(this, 'SlackRole', {
      assumedBy: new ServicePrincipal('chatbot.amazonaws.com'),
      description: `Shows the alarms of ${stackName} in Slack`,
    });
    new CfnSlackChannelConfiguration(this, 'Slack', {
      configurationName: `${stackName}-alarms`,
      iamRoleArn: role.roleArn,
      slackWorkspaceId: slack.workspaceId,
      slackChannelId: slack.channelId,
      snsTopicArns: [this.topic.topicArn],
      guardrailPolicies: [`arn:${Aws.PARTITION}:iam::aws:policy/AWSDenyAll`],
    });
  }
}
