import { AwsError } from '../gateway/aws-error.ts';
import type { TopicStore } from '../substrate/fauxqs.ts';
import { checkMessage, checkPublication, entriesOfBatch } from './publications.ts';
import { checkPolicy, checkSubscription, checkSubscriptionChange, checkTopic } from './topic-attributes.ts';
import { entriesOf } from './topic-input.ts';

type Input = Readonly<Record<string, unknown>>;
type Rule = (input: Input, store: Pick<TopicStore, 'getTopic' | 'getSubscription'>) => void;

/** What AWS refuses before it changes anything, by action; fauxqs checks the rest. */
const RULES: Readonly<Record<string, Rule>> = {
  CreateTopic: ({ Name, Attributes }) => checkTopic(String(Name ?? ''), entriesOf(Attributes)),
  SetTopicAttributes: ({ AttributeName, AttributeValue }) => {
    if (AttributeName === 'Policy') checkPolicy(String(AttributeValue ?? ''));
  },
  Subscribe: ({ Attributes }) => checkSubscription(entriesOf(Attributes)),
  SetSubscriptionAttributes: ({ SubscriptionArn, AttributeName, AttributeValue }, store) => {
    const subscription = store.getSubscription(String(SubscriptionArn));
    if (subscription)
      checkSubscriptionChange(String(AttributeName), String(AttributeValue ?? ''), subscription.attributes);
  },
  ListSubscriptionsByTopic: ({ TopicArn }, store) => {
    if (!store.getTopic(String(TopicArn))) throw new AwsError('NotFound', 'Topic does not exist', { status: 404 });
  },
  Publish: checkPublication,
  PublishBatch: (input) => entriesOfBatch(input).forEach(checkMessage),
};

/** Throws `AwsError` InvalidParameter, NotFound. */
export function checkInput(action: string, input: Input, store: TopicStore): void {
  RULES[action]?.(input, store);
}
