import type { Database } from '../database.ts';
import { localArn, REGION } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { findAction } from '../gateway/json-service.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../gateway/service.ts';
import { storedPolicy } from '../iam/policy-text.ts';
import type { Iam, Requirement } from '../iam/principal.ts';
import type { Fauxqs, QueueStore, TopicAction, TopicStore } from '../substrate/fauxqs.ts';
import { flattenInput } from './flatten.ts';
import { resolveStructures, withEmptyMessages } from './publications.ts';
import { TOPIC_ACTIONS } from './topic-actions.ts';
import { checkSubscription } from './topic-attributes.ts';
import { TopicPersistence } from './topic-persistence.ts';
import { checkInput } from './topic-rules.ts';

export interface TopicsOptions {
  database: Database;
  fauxqs: Fauxqs;
  durable: boolean;
  iam: Pick<Iam, 'authorize'>;
  /** Where messages for subscribed queues go. */
  queues: Pick<QueueStore, 'getQueueByArn'>;
  putResourcePolicy: (arn: string, document: unknown) => void;
}

/** What CloudFormation knows of a topic. */
export interface TopicDefinition {
  name: string;
  attributes?: Readonly<Record<string, string>>;
  tags?: Readonly<Record<string, string>>;
}

/** What CloudFormation knows of a subscription. Attributes as strings, as the API takes them (`FilterPolicy` is JSON). */
export interface SubscriptionDefinition {
  topicArn: string;
  protocol: string;
  endpoint: string;
  attributes?: Readonly<Record<string, string>>;
}

/** SNS delivers to queues here; letters to mail addresses are not sent, but the subscription is kept. */
const PROTOCOLS: readonly string[] = ['sqs', 'email', 'email-json'];

const CHANGE_POLICY: readonly string[] = ['CreateTopic', 'SetTopicAttributes', 'DeleteTopic'];

/** SNS: fauxqs's topics, kept in the runtime's database; they deliver to a queue only if its policy lets them. */
export class Topics {
  readonly service: AwsService;
  readonly #options: TopicsOptions;
  readonly #store: TopicStore;
  readonly #actions: Readonly<Record<string, TopicAction>>;

  private constructor(options: TopicsOptions, actions: Readonly<Record<string, TopicAction>>) {
    this.#options = options;
    this.#actions = actions;
    this.#store = options.fauxqs.newTopicStore();
    this.#store.region = REGION;
    if (options.durable) new TopicPersistence(options.database, this.#store);
    for (const { arn, attributes } of this.#store.topics.values())
      options.putResourcePolicy(arn, storedPolicy(attributes['Policy'], arn));
    this.service = {
      name: 'sns',
      requires: (request) => this.#requires(request),
      handle: (request) => this.#handle(request),
    };
  }

  static async open(options: TopicsOptions): Promise<Topics> {
    const actions = Object.entries(TOPIC_ACTIONS).map(async ([name, { module }]) => {
      const exported = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
      return [name, await options.fauxqs.topicAction(module, exported)] as const;
    });
    return new Topics(options, Object.fromEntries(await Promise.all(actions)));
  }

  /** Creates a topic or brings attributes and tags up to date; subscriptions and the topic's policy stay. */
  put({ name, attributes = {}, tags = {} }: TopicDefinition): { arn: string } {
    const topic = this.#store.createTopic(name, undefined, undefined, REGION);
    const { Policy } = topic.attributes;
    topic.attributes = { ...(Policy !== undefined && { Policy }), ...attributes };
    topic.tags = new Map(Object.entries(tags));
    this.#store.persistence?.insertTopic(topic);
    return { arn: topic.arn };
  }

  /** Subscribes an endpoint, or updates its subscription. Throws `AwsError` NotFound, InvalidParameter. */
  subscribe({ topicArn, protocol, endpoint, attributes = {} }: SubscriptionDefinition): { arn: string } {
    checkProtocol(protocol);
    checkSubscription(attributes);
    const topic = this.#store.getTopic(topicArn);
    const known = topic?.subscriptionArns.map((arn) => this.#store.getSubscription(arn));
    const same = known?.find((candidate) => candidate?.protocol === protocol && candidate.endpoint === endpoint);
    const subscription = same ?? this.#store.subscribe(topicArn, protocol, endpoint);
    if (!subscription) throw new AwsError('NotFound', `Topic does not exist: ${topicArn}`, { status: 404 });
    Object.assign(subscription, { attributes: { ...attributes }, parsedFilterPolicy: undefined });
    this.#store.persistence?.insertSubscription(subscription);
    return { arn: subscription.arn };
  }

  /** Sets a topic's policy; undefined takes it away. Throws `AwsError` NotFound, `PolicyError`. */
  setPolicy(topicArn: string, document: object | undefined): void {
    const topic = this.#store.getTopic(topicArn);
    if (!topic) throw new AwsError('NotFound', `Topic does not exist: ${topicArn}`, { status: 404 });
    this.#options.putResourcePolicy(topicArn, document); // first: one that cannot be evaluated is not kept
    const { Policy: _, ...others } = topic.attributes;
    topic.attributes = document ? { ...others, Policy: JSON.stringify(document) } : others;
    this.#store.persistence?.insertTopic(topic);
  }

  /** Deletes a topic and its subscriptions; harmless when there is none. */
  delete(topicArn: string): void {
    this.#store.deleteTopic(topicArn);
    this.#options.putResourcePolicy(topicArn, undefined);
  }

  /** Deletes a subscription; harmless when there is none. */
  unsubscribe(subscriptionArn: string): void {
    this.#store.unsubscribe(subscriptionArn);
  }

  #requires({ action, input }: AwsRequest): Requirement[] {
    const { permission = action } = findAction(TOPIC_ACTIONS, 'sns', action);
    return [{ action: `sns:${permission}`, resource: resourceOf(action, input) }];
  }

  async #handle({ action, input, body, requestId }: AwsRequest): Promise<AwsResponse> {
    const run = findAction(this.#actions, 'sns', action);
    const parameters = body.length > 0 ? Object.fromEntries(new URLSearchParams(body.toString())) : flattenInput(input);
    if (action === 'Subscribe') checkProtocol(parameters['Protocol'] ?? '');
    checkInput(action, input, this.#store);
    const TopicArn = parameters['TopicArn'] ?? parameters['TargetArn'] ?? ''; // a topic may be named as the target
    resolveStructures(parameters);
    try {
      const answer = () =>
        run({ ...parameters, TopicArn }, this.#store, this.#reachableFrom(TopicArn), { headers: {} });
      const xml = action === 'PublishBatch' ? withEmptyMessages(input, answer) : answer();
      if (CHANGE_POLICY.includes(action)) this.#registerPolicy(resourceOf(action, input));
      await this.#options.database.committed();
      return { status: 200, headers: { 'content-type': 'text/xml' }, body: withRequestId(xml, requestId) };
    } catch (error) {
      throw this.#options.fauxqs.translate(error);
    }
  }

  /** The queues as a topic may reach them: one whose policy does not let it in gets nothing, as on AWS. */
  #reachableFrom(topicArn: string): Pick<QueueStore, 'getQueueByArn'> {
    const { iam, queues } = this.#options;
    return {
      getQueueByArn: (arn) => {
        try {
          const topic = { kind: 'service', service: 'sns.amazonaws.com', sourceArn: topicArn } as const;
          iam.authorize(topic, [{ action: 'sqs:SendMessage', resource: arn }]);
          return queues.getQueueByArn(arn);
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          console.error(`SNS could not deliver from ${topicArn}: ${error.message}`);
          return undefined;
        }
      },
    };
  }

  #registerPolicy(topicArn: string): void {
    const policy = this.#store.getTopic(topicArn)?.attributes['Policy'];
    this.#options.putResourcePolicy(topicArn, policy ? JSON.parse(policy) : undefined);
  }
}

/** The topic that a request is about; `*` for the actions on the account. */
function resourceOf(action: string, input: AwsRequest['input']): string {
  const { resource } = findAction(TOPIC_ACTIONS, 'sns', action);
  const named = resource && String(input[resource] ?? input['TargetArn'] ?? '');
  return resource === 'Name' ? localArn('sns', named ?? '') : topicOf(named ?? '*');
}

function checkProtocol(protocol: string): void {
  if (PROTOCOLS.includes(protocol)) return;
  throw new AwsError(
    'InvalidParameter',
    `Invalid parameter: Protocol. The local runtime delivers to ${PROTOCOLS.join(', ')} only, not to "${protocol}".`,
  );
}

/** A subscription's ARN is its topic's with an id behind it. */
const topicOf = (arn: string) => arn.split(':').slice(0, 6).join(':');

const withRequestId = (xml: string, requestId: string) =>
  xml.replace(/<RequestId>[^<]*<\/RequestId>/, `<RequestId>${requestId}</RequestId>`);
