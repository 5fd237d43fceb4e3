import { AwsError } from '../gateway/aws-error.ts';
import { PolicyError } from '../iam/policy.ts';
import { parsePolicyText } from '../iam/policy-text.ts';
import { filterPolicyProblem } from './filter-policy.ts';

type Attributes = Readonly<Record<string, string>>;

/** SNS API reference, CreateTopic; besides these, each protocol has three for its delivery status. */
const TOPIC_ATTRIBUTES = [
  'ArchivePolicy',
  'ContentBasedDeduplication',
  'DataProtectionPolicy',
  'DeliveryPolicy',
  'DisplayName',
  'FifoThroughputScope',
  'FifoTopic',
  'KmsMasterKeyId',
  'Policy',
  'SignatureVersion',
  'TracingConfig',
];
const DELIVERY_STATUS =
  /^(Application|Firehose|HTTP|Lambda|SQS)(SuccessFeedbackRoleArn|SuccessFeedbackSampleRate|FailureFeedbackRoleArn)$/;

const SUBSCRIPTION_ATTRIBUTES = [
  'DeliveryPolicy',
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
  'ReplayPolicy',
  'SubscriptionRoleArn',
];

/** Throws `AwsError` InvalidParameter. */
export function checkTopic(name: string, attributes: Attributes): void {
  const fifo = attributes['FifoTopic'] === 'true';
  if (name.length > 256 || !(fifo ? /^[\w-]+\.fifo$/ : /^[\w-]+$/).test(name)) throw invalid('Topic Name');
  for (const attribute of Object.keys(attributes))
    if (!TOPIC_ATTRIBUTES.includes(attribute) && !DELIVERY_STATUS.test(attribute))
      throw invalid(`Attributes Reason: Unknown attribute ${attribute}`);
  checkPolicy(attributes['Policy']);
}

/** Checks a topic's policy; an empty one takes it away. Throws `AwsError` InvalidParameter. */
export function checkPolicy(text: string | undefined): void {
  if (!text) return;
  try {
    parsePolicyText(text, 'policy of the topic');
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
    throw invalid(`Policy Reason: ${cause.message}`, cause);
  }
}

/** Checks the attributes of a new subscription. Throws `AwsError` InvalidParameter. */
export function checkSubscription(attributes: Attributes): void {
  for (const name of Object.keys(attributes))
    if (!SUBSCRIPTION_ATTRIBUTES.includes(name)) throw invalid(`Attributes Reason: Unknown attribute ${name}`);
  const problem = subscriptionProblem(attributes);
  if (problem) throw invalid(`Attributes Reason: ${problem}`);
}

/** Checks one attribute that a subscription is about to get. Throws `AwsError` InvalidParameter. */
export function checkSubscriptionChange(name: string, value: string, others: Attributes): void {
  if (!SUBSCRIPTION_ATTRIBUTES.includes(name)) throw invalid('AttributeName');
  const problem = subscriptionProblem({ FilterPolicyScope: others['FilterPolicyScope'] ?? '', [name]: value }, name);
  if (problem) throw invalid(problem);
}

function subscriptionProblem(attributes: Attributes, changed?: string): string | undefined {
  const { FilterPolicy, FilterPolicyScope: scope, RawMessageDelivery: raw } = attributes;
  if (raw !== undefined && !/^(true|false)$/i.test(raw))
    return `RawMessageDelivery: Invalid value [${raw}]. Must be true or false.`;
  const scopeIsSet = scope !== undefined && (changed === undefined || changed === 'FilterPolicyScope');
  if (scopeIsSet && !['MessageBody', 'MessageAttributes'].includes(scope))
    return `FilterPolicyScope: Invalid value [${scope}]. Please use either MessageBody or MessageAttributes`;
  return FilterPolicy ? filterPolicyProblem(FilterPolicy, scope ?? '') : undefined;
}

const invalid = (what: string, cause?: unknown) =>
  new AwsError('InvalidParameter', `Invalid parameter: ${what}`, { cause });
