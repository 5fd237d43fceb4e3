import { randomUUID } from 'node:crypto';
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { type HistoryEvent, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import {
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Fault } from '../../../local/faults/fault.ts';
import { planFaults, strikes } from '../../support/fault-plan.ts';
import type { LocalRuntime } from '../../support/local-runtime.ts';
import { Gate } from '../gate.ts';
import { Listener, Subscriber, topicOf } from './listener.ts';
import type { Patience } from './patience.ts';

/** How long an API keeps a gate busy: less than the 30 s that a gate waits for it. */
const BUSY_MS = 20_000;

/** What runs of release gates are made of. Each step throws when it is not seen. */
export class GateSteps {
  readonly gate: Gate;
  readonly #local: LocalRuntime;
  readonly #bus: Listener;
  readonly #notifications: Subscriber;
  readonly #patience: Patience;
  readonly #sqs: SQSClient;
  readonly #tables: DynamoDBClient;
  readonly #schedules: SchedulerClient;

  private constructor(
    local: LocalRuntime,
    patience: Patience,
    ends: { gate: Gate; bus: Listener; notifications: Subscriber },
  ) {
    this.gate = ends.gate;
    this.#local = local;
    this.#bus = ends.bus;
    this.#notifications = ends.notifications;
    this.#patience = patience;
    this.#sqs = new SQSClient(local.client);
    this.#tables = new DynamoDBClient(local.client);
    this.#schedules = new SchedulerClient(local.client);
  }

  static async of(local: LocalRuntime, patience: Patience): Promise<GateSteps> {
    const gate = await Gate.of(local);
    const bus = await Listener.on(gate.output('EventBusName'), local);
    const notifications = await Subscriber.to(await topicOf(local, 'NotificationsTopic'), local);
    return new GateSteps(local, patience, { gate, bus, notifications });
  }

  /** Ends what a run left when it failed: gates that wait, and callbacks that are tried again. */
  async tidyUp(): Promise<void> {
    const running = (await this.gate.executions()).filter(({ status }) => status === 'RUNNING');
    for (const { executionArn = '' } of running) await this.stop(executionArn);
    await this.advance(60_000); // SQS purges a queue once a minute
    await this.#sqs.send(new PurgeQueueCommand({ QueueUrl: this.gate.output('CallbackQueueUrl') }));
  }

  /** Plans these faults and no others. */
  faults(...faults: Fault[]): Promise<void> {
    return planFaults(this.#local.endpoint, faults);
  }

  /** Waits until the only fault that is planned has struck. */
  async struck(): Promise<void> {
    await this.#patience.until('a strike of the fault', async () => {
      const [struck = 0] = await strikes(this.#local.endpoint);
      return struck > 0 || undefined;
    });
  }

  /** Lets time pass, in milliseconds. */
  advance(milliseconds: number): Promise<void> {
    return this.#local.advance(milliseconds);
  }

  /** The execution that an upload of this version started. */
  async startedBy(versionId: string): Promise<string> {
    return this.#patience.until('an execution', async () => {
      const [newest] = await this.gate.executions();
      const [started] = newest ? await this.gate.history(newest.executionArn ?? '') : [];
      return started?.executionStartedEventDetails?.input?.includes(versionId) ? newest?.executionArn : undefined;
    });
  }

  async stop(executionArn: string): Promise<void> {
    await this.gate.sfn.send(new StopExecutionCommand({ executionArn }));
  }

  async notified(text: string): Promise<void> {
    await this.#patience.until('the notification', () => this.#notifications.heard(text));
  }

  async enqueue(MessageBody: string): Promise<void> {
    await this.#sqs.send(new SendMessageCommand({ QueueUrl: this.gate.output('CallbackQueueUrl'), MessageBody }));
  }

  async deadLetter(body: string): Promise<void> {
    const QueueUrl = this.gate.output('CallbackDlqUrl');
    await this.#patience.until('the letter', async () => {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
      );
      return Messages.some(({ Body }) => Body === body) || undefined;
    });
  }

  /** @param wanted the status of the record */
  async waitIs(story: string, wanted: 'WAITING' | 'ANSWERED' | 'EXPIRED'): Promise<void> {
    await this.#patience.until(`a wait that is ${wanted}`, async () => {
      const { Items = [] } = await this.#tables.send(
        new QueryCommand({
          TableName: this.gate.output('WaitsTableName'),
          KeyConditionExpression: 'jiraStoryId = :story AND begins_with(recordId, :wait)',
          ExpressionAttributeValues: { ':story': { S: story }, ':wait': { S: 'WAIT#' } },
        }),
      );
      return Items.some(({ status }) => status?.S === wanted) || undefined;
    });
  }

  /** Runs `begin`, and resolves once there is one more schedule. */
  async schedules(begin: () => Promise<unknown>): Promise<void> {
    const before = await this.#scheduleCount();
    await begin();
    await this.#patience.until('a schedule', async () => ((await this.#scheduleCount()) > before ? true : undefined));
  }

  async #scheduleCount(): Promise<number> {
    const { Schedules = [] } = await this.#schedules.send(new ListSchedulesCommand({}));
    return Schedules.length;
  }

  async waitingGate(story: string): Promise<string> {
    const { key } = await this.gate.upload(input(story), `inputs/${randomUUID()}.txt`);
    const arn = await this.start({ key });
    await this.waiting(arn);
    return arn;
  }

  /** A gate whose decision comes while it still calls an API. @param next the fault from then on */
  async decidedEarly(story: string, status: 'success' | 'failure', ...next: Fault[]): Promise<string> {
    await this.faults({ kind: 'latency', service: 'execute-api', action: 'POST /validation', delayMs: BUSY_MS });
    const { key } = await this.gate.upload(input(story), `inputs/${randomUUID()}.txt`);
    const arn = await this.start({ key });
    await this.answer(story, status);
    await this.#patience.until('a parked decision', () => this.#bus.heard('Callback Parked', story), { still: true });
    await this.faults(...next);
    await this.advance(BUSY_MS);
    return arn;
  }

  async start(file: { key: string }): Promise<string> {
    const { executionArn = '' } = await this.gate.sfn.send(
      new StartExecutionCommand({
        stateMachineArn: this.gate.output('StateMachineArn'),
        input: JSON.stringify({ bucket: this.gate.bucket, ...file }),
      }),
    );
    return executionArn;
  }

  async waiting(arn: string): Promise<void> {
    await this.#patience.until(`${arn} waiting`, async () => {
      const events = await this.gate.history(arn);
      const last = events.at(-1)?.type ?? '';
      if (last.startsWith('Execution') && last !== 'ExecutionStarted')
        throw new Error(`ended before it waited: ${last}`);
      return last === 'TaskSubmitted' && stateOf(events) === 'WaitForCallback' ? true : undefined;
    });
  }

  async ended(arn: string, expected: string): Promise<void> {
    const end = await this.#patience.until(`the end of ${arn}`, async () => {
      const type = (await this.gate.history(arn)).at(-1)?.type;
      return /^Execution(Succeeded|Failed|TimedOut|Aborted)$/.exec(type ?? '')?.[1]?.toUpperCase();
    });
    if (end !== expected) throw new Error(`${arn} ended ${end}`);
  }

  async failed(arn: string, expected: string): Promise<void> {
    await this.ended(arn, 'FAILED');
    const { error } = Object(await this.gate.json(`logs/${nameOf(arn)}/error.json`));
    if (error !== expected) throw new Error(`error.json says ${error}`);
  }

  async answer(story: string, status: 'success' | 'failure', headers: Record<string, string> = {}): Promise<void> {
    const answer = await this.gate.callback({ jiraStoryId: story, status, message: 'go' }, headers);
    if (answer.status !== 202) throw new Error(`the webhook answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }

  async hears(type: string, story: string): Promise<void> {
    await this.#patience.until(`${type} of ${story} on the bus`, () => this.#bus.heard(type, story));
  }

  async queueEmpty(): Promise<void> {
    const counts = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    await this.#patience.until('an empty queue', async () => {
      const { Attributes = {} } = await this.#sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: this.gate.output('CallbackQueueUrl'),
          AttributeNames: [...counts],
        }),
      );
      return counts.every((name) => Attributes[name] === '0') || undefined;
    });
  }
}

export function input(jiraStoryId: string) {
  return { jiraStoryId, packageIds: ['pkg-001'] };
}

/** The name of an execution, by its ARN. */
export function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}

function stateOf(events: readonly HistoryEvent[]): string | undefined {
  return events.findLast(({ type }) => type === 'TaskStateEntered')?.stateEnteredEventDetails?.name;
}
