import { ACCOUNT, localArn, REGION } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';

/** A rule as a template or `PutRule` declares it. */
export interface RuleDefinition {
  name: string;
  busName: string;
  description?: string;
  /** Event pattern as a JSON object. */
  pattern?: object;
  schedule?: string;
  state: 'ENABLED' | 'DISABLED';
  /** Acts for all targets that name no role of their own. */
  roleArn?: string;
  targets: readonly RuleTarget[];
  tags?: Readonly<Record<string, string>>;
}

/** Where a rule sends its events, and what of them. */
export interface RuleTarget {
  id: string;
  arn: string;
  roleArn?: string;
  deadLetterArn?: string;
  /** A constant, JSON text. */
  input?: string;
  /** A JSON path: `$.detail`. */
  inputPath?: string;
  inputTransformer?: InputTransformer;
  retryPolicy?: RetryPolicy;
  /** Message group of a FIFO queue. */
  sqsMessageGroupId?: string;
  httpParameters?: object;
}

export interface InputTransformer {
  /** JSON paths by the names that the template uses. */
  inputPaths: Readonly<Record<string, string>>;
  template: string;
}

export interface RetryPolicy {
  /** 60 to 86,400; 24 hours unless given. */
  maximumEventAgeSeconds?: number;
  /** 0 to 185; 185 unless given. */
  maximumRetryAttempts?: number;
}

/** An event as targets get it. */
export interface BusEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  /** ISO 8601 without milliseconds. */
  time: string;
  region: string;
  resources: readonly string[];
  detail: unknown;
}

/** An event and when EventBridge got it, in epoch milliseconds: its `time` is the sender's. */
export interface ReceivedEvent {
  event: BusEvent;
  receivedAt: number;
}

/** Events carry whole seconds. */
export function isoSeconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

export function busArn(name: string): string {
  return localArn('events', `event-bus/${name}`);
}

/** Rules of the default bus have no bus in their ARN. */
export function ruleArn({ name, busName }: Pick<RuleDefinition, 'name' | 'busName'>): string {
  return localArn('events', busName === 'default' ? `rule/${name}` : `rule/${busName}/${name}`);
}

/** Whether a resource is in the account and region that are served here. */
export function isLocalArn(arn: string): boolean {
  const [, partition, , region, account] = arn.split(':');
  return partition === 'aws' && region === REGION && account === ACCOUNT;
}

/**
 * A bus by its name or ARN, `default` when nothing is given.
 * @throws AwsError `ValidationException` for the ARN of a bus elsewhere: a local one of its name is another bus
 */
export function busNameOf(nameOrArn: string | undefined): string {
  if (!nameOrArn) return 'default';
  if (!nameOrArn.startsWith('arn:')) return nameOrArn;
  if (nameOrArn.startsWith(busArn(''))) return nameOrArn.slice(busArn('').length);
  throw new AwsError(
    'ValidationException',
    `${nameOrArn} is no event bus of the local account and region; others are not served by the local runtime.`,
  );
}
