/** fauxqs's SNS actions: its module, and the member that names the resource on which the permission is needed. */
export interface TopicActionEntry {
  module: string;
  /** Undefined for actions on the account. A subscription's permission is its topic's. */
  resource?: 'TopicArn' | 'SubscriptionArn' | 'ResourceArn' | 'Name';
  /** Where the permission is not named after the action. */
  permission?: string;
}

export const TOPIC_ACTIONS: Readonly<Record<string, TopicActionEntry>> = {
  CreateTopic: { module: 'createTopic', resource: 'Name' },
  DeleteTopic: { module: 'deleteTopic', resource: 'TopicArn' },
  ListTopics: { module: 'listTopics' },
  GetTopicAttributes: { module: 'getTopicAttributes', resource: 'TopicArn' },
  SetTopicAttributes: { module: 'setTopicAttributes', resource: 'TopicArn' },
  Subscribe: { module: 'subscribe', resource: 'TopicArn' },
  Unsubscribe: { module: 'unsubscribe', resource: 'SubscriptionArn' },
  ConfirmSubscription: { module: 'confirmSubscription', resource: 'TopicArn' },
  ListSubscriptions: { module: 'listSubscriptions' },
  ListSubscriptionsByTopic: { module: 'listSubscriptions', resource: 'TopicArn' },
  GetSubscriptionAttributes: { module: 'getSubscriptionAttributes', resource: 'SubscriptionArn' },
  SetSubscriptionAttributes: { module: 'setSubscriptionAttributes', resource: 'SubscriptionArn' },
  Publish: { module: 'publish', resource: 'TopicArn' },
  PublishBatch: { module: 'publish', resource: 'TopicArn', permission: 'Publish' },
  TagResource: { module: 'tagResource', resource: 'ResourceArn' },
  UntagResource: { module: 'tagResource', resource: 'ResourceArn' },
  ListTagsForResource: { module: 'tagResource', resource: 'ResourceArn' },
};
