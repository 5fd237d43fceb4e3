import { Duration } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { MAX_ATTEMPTS } from '../../services/callback-relay/retry-schedule.ts';
import type { Config } from '../config.ts';
import { executionArns, removalPolicy, resourceName, stateMachineArn } from '../naming.ts';
import { alarm } from './alarm.ts';
import { deadLetterQueue, LONGEST_RETENTION } from './dead-letter-queue.ts';
import { queueEncryption } from './queue-encryption.ts';
import { ServiceFunction } from './service-function.ts';
import { serviceMetric } from './service-metric.ts';
import type { WaitsTable } from './waits-table.ts';

/** A record takes at most 5 calls of normally 5–30 ms; the batch runs side by side. 30 s leave room for the SDK's own retries. */
const RELAY_TIMEOUT_SECONDS = 30;
/** AWS asks for at least 6 × the function's timeout, so that Lambda's retries of a throttled poll fit in: 6 × 30 s = 180 s. */
const VISIBILITY_TIMEOUT_SECONDS = 6 * RELAY_TIMEOUT_SECONDS;
/**
 * The relay itself moves a message to the dead-letter queue, with its reason, on receive MAX_ATTEMPTS. The redrive policy is the
 * safety net for a relay that crashes: it must come later, and 10 receives × 180 s = 30 minutes later is late enough.
 */
const MAX_RECEIVE_COUNT = MAX_ATTEMPTS + 10;
/** The most that a poll brings without a batching window, and a window would delay every decision. */
const BATCH_SIZE = 10;
/**
 * SendTaskSuccess and SendTaskFailure allow 300 calls a second each in most regions (500 in three). A batch of 10 takes about
 * 100 ms: 5 calls, one after the other, of 20 ms. 3 invocations at once × 10 records / 0.1 s = 300 a second.
 */
const MAX_CONCURRENCY = 3;

/** Longer than the longest backoff, 900 s, and one visibility timeout, 180 s: what takes that long does not heal by itself. */
const OLD_CALLBACK_SECONDS = 1_200;

export interface CallbackRelayProps {
  config: Config;
  waits: WaitsTable;
  bus: EventBus;
  stateMachineName: string;
}

/** From an accepted callback to a resumed workflow: the queue, its dead letters, and the relay that empties it. */
export class CallbackRelay extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: CallbackRelayProps) {
    super(scope, id);
    const { config } = props;
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', {
      config,
      name: 'callbacks-dlq',
      meaning: 'A decision of Jira could not be brought to its workflow, which goes on waiting and will time out.',
      firstStep: 'read the attribute "reason" of the letter, mend what it names, and redrive the letter.',
      runbook: 'a-callback-became-a-dead-letter',
    });
    this.queue = new Queue(this, 'Queue', {
      queueName: resourceName(config, 'callbacks'),
      ...queueEncryption(this, config),
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(VISIBILITY_TIMEOUT_SECONDS),
      retentionPeriod: LONGEST_RETENTION, // a letter that the relay sends on counts its 14 days anew
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVE_COUNT },
      removalPolicy: removalPolicy(config),
    });
    this.#alarms(config);
    const relay = this.#relay(props);
    new EventSourceMapping(this, 'Poller', {
      target: relay.live,
      eventSourceArn: this.queue.queueArn,
      batchSize: BATCH_SIZE,
      reportBatchItemFailures: true,
      maxConcurrency: MAX_CONCURRENCY,
    });
  }

  #alarms(config: Config): void {
    alarm(this, 'OldestCallback', {
      config,
      name: `${resourceName(config, 'callbacks')}-too-old`,
      meaning: 'A decision of Jira has waited for its workflow for more than 20 minutes; others may wait behind it.',
      firstStep: 'look for warnings "callback is tried again" in the log of the relay: they say what it waits for.',
      runbook: 'the-oldest-callback-is-too-old',
      metric: this.queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: Duration.minutes(5) }),
      threshold: OLD_CALLBACK_SECONDS,
    });
    alarm(this, 'Retries', {
      config,
      name: `${resourceName(config, 'relay')}-retries`,
      meaning: 'The relay cannot bring decisions to their workflows at the first attempt; they come late.',
      firstStep: 'look for warnings "callback is tried again" in the log of the relay: they say what fails.',
      runbook: 'the-relay-retries',
      metric: serviceMetric(config, 'relay', 'CallbackRetried'),
      threshold: 10,
      periods: 2,
    });
  }

  #relay({ config, waits, bus, stateMachineName }: CallbackRelayProps): ServiceFunction {
    const relay = new ServiceFunction(this, 'Relay', {
      config,
      name: 'relay',
      gradual: true,
      description: 'Resumes the workflows that wait on the story of a callback',
      timeout: Duration.seconds(RELAY_TIMEOUT_SECONDS),
      environment: {
        WAITS_TABLE_NAME: waits.table.tableName,
        EVENT_BUS_NAME: bus.eventBusName,
        CALLBACK_QUEUE_URL: this.queue.queueUrl,
        CALLBACK_DLQ_URL: this.deadLetters.queueUrl,
        PARKED_RETENTION_SECONDS: String(config.parkedRetentionSeconds),
      },
    });
    relay.allow({
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
      resources: [this.queue.queueArn],
    });
    relay.allow({ actions: ['sqs:SendMessage'], resources: [this.deadLetters.queueArn] });
    allowDecisions(relay, waits, stateMachineName);
    relay.allow({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] });
    return relay;
  }
}

/** What both ends of the race between a decision and a wait need: the records, the answer, and how an expired wait ended. */
export function allowDecisions(service: ServiceFunction, waits: WaitsTable, stateMachineName: string): void {
  service.allow({
    actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:GetItem', 'dynamodb:Query'],
    resources: [waits.table.tableArn],
  });
  allowAnswers(service, stateMachineName);
}

/** To answer a task that waits, and to find out how one ended that waits no more. */
export function allowAnswers(service: ServiceFunction, stateMachineName: string): void {
  service.allow({
    actions: ['states:SendTaskSuccess', 'states:SendTaskFailure'],
    resources: [stateMachineArn(service, stateMachineName)],
  });
  service.allow({ actions: ['states:GetExecutionHistory'], resources: [executionArns(service, stateMachineName)] });
  service.acceptPattern(
    `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${stateMachineName}:*`,
    'Executions get their names when they start; the pattern covers those of this state machine only.',
  );
}
