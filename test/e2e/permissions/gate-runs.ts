import { randomUUID } from 'node:crypto';
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import {
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Fault } from '../../../local/faults/fault.ts';
import type { LocalRuntime } from '../../support/local-runtime.ts';
import { Gate } from '../gate.ts';
import { Listener, Subscriber, topicOf } from './listener.ts';
import type { Patience } from './patience.ts';
import type { Run } from './run.ts';

const DAY_MS = 24 * 3_600_000;
/** How long an API keeps a gate busy: less than the 30 s that a gate waits for it. */
const BUSY_MS = 20_000;
/** Longer than anything else in the race takes, shorter than the gate waits. */
const HELD_MS = 3_600_000;
const lostAnswer = (caller: string): Fault => ({
  kind: 'lost-response',
  service: 'states',
  action: 'SendTaskSuccess',
  function: caller,
  count: 1,
});

/** Ends what a run left when it failed: gates that wait, and callbacks that are tried again. */
export async function tidyUp(local: LocalRuntime): Promise<void> {
  const gate = await Gate.of(local);
  const running = (await gate.executions()).filter(({ status }) => status === 'RUNNING');
  for (const { executionArn } of running) await gate.sfn.send(new StopExecutionCommand({ executionArn }));
  await new SQSClient(local.client).send(new PurgeQueueCommand({ QueueUrl: gate.output('CallbackQueueUrl') }));
}

/** What release gates do, in runs of their own stories. */
export async function gateRuns(local: LocalRuntime, patience: Patience): Promise<Run[]> {
  const gate = await Gate.of(local);
  const bus = await Listener.on(gate.output('EventBusName'), local);
  const notifications = await Subscriber.to(await topicOf(local, 'NotificationsTopic'), local);
  const actor = new GateActor({ local, gate, bus, notifications, patience });
  const run = (name: string, act: (story: string) => Promise<void>): Run => ({
    name,
    act: () => act(`PERM-${actor.nextNumber()}`).finally(() => actor.faults()),
  });
  return [
    run('an uploaded gate is approved', (story) => actor.approved(story)),
    run('a gate is rejected', (story) => actor.rejected(story)),
    run('a gate whose file is missing says so', () => actor.missingFile()),
    run('a decision comes before the gate waits', (story) => actor.early(story, 'success')),
    run('a rejection comes before the gate waits', (story) => actor.early(story, 'failure')),
    run('a decision comes after the gate gave up', (story) => actor.late(story)),
    run('a decision comes twice', (story) => actor.twice(story)),
    run('a decision is sent and the answer lost', (story) => actor.lostAnswer(story)),
    run('an early decision is sent and the answer lost', (story) => actor.lostEarlyAnswer(story)),
    run('two decisions race for a wait', (story) => actor.race(story)),
    run('an unreadable callback becomes a dead letter', () => actor.unreadable()),
    run('a callback that fails at first comes again soon', (story) => actor.comesAgain(story)),
    run('a gate is stopped while it waits', (story) => actor.stopped(story)),
    run('a gate is stopped before its approval arrives', (story) => actor.stoppedWhileAnswered(story, 'success')),
    run('a gate is stopped before its rejection arrives', (story) => actor.stoppedWhileAnswered(story, 'failure')),
    run('a gate that waits for long is reminded of', (story) => actor.reminded(story)),
  ];
}

interface ActorOptions {
  local: LocalRuntime;
  gate: Gate;
  bus: Listener;
  notifications: Subscriber;
  patience: Patience;
}

class GateActor {
  readonly #local: LocalRuntime;
  readonly #gate: Gate;
  readonly #bus: Listener;
  readonly #notifications: Subscriber;
  readonly #patience: Patience;
  readonly #sqs: SQSClient;
  readonly #tables: DynamoDBClient;
  readonly #schedules: SchedulerClient;
  #stories = 0;

  constructor({ local, gate, bus, notifications, patience }: ActorOptions) {
    this.#local = local;
    this.#gate = gate;
    this.#bus = bus;
    this.#notifications = notifications;
    this.#patience = patience;
    this.#sqs = new SQSClient(local.client);
    this.#tables = new DynamoDBClient(local.client);
    this.#schedules = new SchedulerClient(local.client);
  }

  nextNumber(): number {
    return ++this.#stories;
  }

  async approved(story: string): Promise<void> {
    const { versionId } = await this.#gate.upload(input(story));
    const arn = await this.#patience.until('an execution', async () => {
      const [newest] = await this.#gate.executions();
      const [started] = newest ? await this.#gate.history(newest.executionArn ?? '') : [];
      return started?.executionStartedEventDetails?.input?.includes(versionId) ? newest?.executionArn : undefined;
    });
    await this.#waiting(arn);
    await this.#hears('Execution Waiting', story);
    await this.#answer(story, 'success');
    await this.#hears('Callback Accepted', story);
    await this.#ended(arn, 'SUCCEEDED');
    const { warnings } = Object(await this.#gate.json(`outputs/${nameOf(arn)}/result.json`));
    if (warnings.length > 0) throw new Error(`result.json warns: ${warnings}`);
    await this.#gate.text(`logs/${nameOf(arn)}/execution.log`);
    await this.#hears('Callback Relayed', story);
    await this.#hears('Workflow Succeeded', story);
  }

  async rejected(story: string): Promise<void> {
    const arn = await this.#waitingGate(story);
    await this.#answer(story, 'failure');
    await this.#failed(arn, 'CallbackRejected');
    await this.#hears('Workflow Failed', story);
    await this.#patience.until('the notification', () => this.#notifications.heard(story));
  }

  async missingFile(): Promise<void> {
    const arn = await this.#start({ key: `inputs/${randomUUID()}.json` });
    await this.#failed(arn, 'S3.NoSuchKeyException');
  }

  async early(story: string, status: 'success' | 'failure'): Promise<void> {
    const arn = await this.#decidedEarly(story, status);
    await (status === 'success' ? this.#ended(arn, 'SUCCEEDED') : this.#failed(arn, 'CallbackRejected'));
    await this.#hears('Callback Relayed', story);
  }

  async late(story: string): Promise<void> {
    const arn = await this.#waitingGate(story);
    await this.#local.advance(DAY_MS);
    await this.#ended(arn, 'FAILED');
    await this.#answer(story, 'success');
    await this.#hears('Callback Late', story);
  }

  async twice(story: string): Promise<void> {
    const arn = await this.#waitingGate(story);
    const key = { 'idempotency-key': randomUUID() };
    await this.#answer(story, 'success', key);
    await this.#ended(arn, 'SUCCEEDED');
    await this.#answer(story, 'success', key);
    await this.#queueEmpty();
  }

  /** The relay looks up in the history what became of its decision. */
  async lostAnswer(story: string): Promise<void> {
    const arn = await this.#waitingGate(story);
    await this.faults(lostAnswer('*-relay'));
    await this.#answer(story, 'success');
    await this.#ended(arn, 'SUCCEEDED');
    await this.#hears('Callback Relayed', story);
  }

  /** The function that stores waits looks up in the history what became of its decision. */
  async lostEarlyAnswer(story: string): Promise<void> {
    const arn = await this.#decidedEarly(story, 'success', lostAnswer('*-store-task-token'));
    await this.#ended(arn, 'SUCCEEDED');
    await this.#hears('Callback Relayed', story);
  }

  /** A second decision claims the wait while the first, which came before the gate waited, is about to. */
  async race(story: string): Promise<void> {
    const arn = await this.#decidedEarly(story, 'success', {
      kind: 'latency',
      service: 'dynamodb',
      action: 'UpdateItem',
      function: '*-store-task-token',
      after: 1, // the first only announces the wait
      delayMs: HELD_MS,
    });
    await this.#patience.until('a wait', () => this.#waitIs(story, 'WAITING'));
    await this.#answer(story, 'success');
    await this.#ended(arn, 'SUCCEEDED');
    await this.#local.advance(HELD_MS);
    await this.#hears('Execution Waiting', story);
  }

  async unreadable(): Promise<void> {
    const body = `no callback ${randomUUID()}`;
    await this.#sqs.send(
      new SendMessageCommand({ QueueUrl: this.#gate.output('CallbackQueueUrl'), MessageBody: body }),
    );
    await this.#patience.until('the letter', async () => {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#gate.output('CallbackDlqUrl'),
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 0,
        }),
      );
      return Messages.some(({ Body }) => Body === body) || undefined;
    });
    await this.#queueEmpty();
  }

  /** The first backoff is at most 2 seconds; without it the message stays hidden for three minutes. */
  async comesAgain(story: string): Promise<void> {
    const arn = await this.#waitingGate(story);
    await this.faults({ kind: 'error', service: 'states', action: 'SendTaskSuccess', function: '*-relay', count: 4 });
    await this.#answer(story, 'success');
    const began = Date.now();
    await this.#ended(arn, 'SUCCEEDED');
    if (Date.now() - began > 60_000) throw new Error('the callback came again after more than a minute');
  }

  async stopped(story: string): Promise<void> {
    const arn = await this.#waitingGate(story);
    await this.#gate.sfn.send(new StopExecutionCommand({ executionArn: arn }));
    await this.#hears('Wait Closed', story);
  }

  /** The relay has claimed the wait and cannot send: what closes waits finds out that the decision came too late. */
  async stoppedWhileAnswered(story: string, status: 'success' | 'failure'): Promise<void> {
    const arn = await this.#waitingGate(story);
    const action = status === 'success' ? 'SendTaskSuccess' : 'SendTaskFailure';
    await this.faults({ kind: 'error', service: 'states', action, function: '*-relay' });
    await this.#answer(story, status);
    await this.#patience.until('a claim', () => this.#waitIs(story, 'ANSWERED'));
    await this.#gate.sfn.send(new StopExecutionCommand({ executionArn: arn }));
    await this.#patience.until('an expired wait', () => this.#waitIs(story, 'EXPIRED'));
  }

  async reminded(story: string): Promise<void> {
    const before = await this.#scheduleCount();
    await this.#waitingGate(story);
    await this.#patience.until('a schedule', async () => ((await this.#scheduleCount()) > before ? true : undefined));
    await this.#local.advance(DAY_MS - 3_600_000);
    await this.#hears('Wait Reminder', story);
  }

  async #waitIs(story: string, wanted: string): Promise<true | undefined> {
    const { Items = [] } = await this.#tables.send(
      new QueryCommand({
        TableName: this.#gate.output('WaitsTableName'),
        KeyConditionExpression: 'jiraStoryId = :story AND begins_with(recordId, :wait)',
        ExpressionAttributeValues: { ':story': { S: story }, ':wait': { S: 'WAIT#' } },
      }),
    );
    return Items.some(({ status }) => status?.S === wanted) || undefined;
  }

  async #scheduleCount(): Promise<number> {
    const { Schedules = [] } = await this.#schedules.send(new ListSchedulesCommand({}));
    return Schedules.length;
  }

  async #waitingGate(story: string): Promise<string> {
    const { key } = await this.#gate.upload(input(story), `inputs/${randomUUID()}.txt`);
    const arn = await this.#start({ key });
    await this.#waiting(arn);
    return arn;
  }

  /** A gate whose decision comes while it still calls an API. @param next the fault from then on */
  async #decidedEarly(story: string, status: 'success' | 'failure', ...next: Fault[]): Promise<string> {
    await this.faults({ kind: 'latency', service: 'execute-api', action: 'POST /validation', delayMs: BUSY_MS });
    const { key } = await this.#gate.upload(input(story), `inputs/${randomUUID()}.txt`);
    const arn = await this.#start({ key });
    await this.#answer(story, status);
    await this.#patience.until('a parked decision', () => this.#bus.heard('Callback Parked', story), { still: true });
    await this.faults(...next);
    await this.#local.advance(BUSY_MS);
    return arn;
  }

  async #start(file: { key: string }): Promise<string> {
    const { executionArn = '' } = await this.#gate.sfn.send(
      new StartExecutionCommand({
        stateMachineArn: this.#gate.output('StateMachineArn'),
        input: JSON.stringify({ bucket: this.#gate.bucket, ...file }),
      }),
    );
    return executionArn;
  }

  async #waiting(arn: string): Promise<void> {
    await this.#patience.until(`${arn} waiting`, async () => {
      const events = await this.#gate.history(arn);
      const last = events.at(-1)?.type ?? '';
      if (last.startsWith('Execution') && last !== 'ExecutionStarted')
        throw new Error(`ended before it waited: ${last}`);
      return last === 'TaskSubmitted' && stateOf(events) === 'WaitForCallback' ? true : undefined;
    });
  }

  async #ended(arn: string, expected: string): Promise<void> {
    const end = await this.#patience.until(`the end of ${arn}`, async () => {
      const type = (await this.#gate.history(arn)).at(-1)?.type;
      return /^Execution(Succeeded|Failed|TimedOut|Aborted)$/.exec(type ?? '')?.[1]?.toUpperCase();
    });
    if (end !== expected) throw new Error(`${arn} ended ${end}`);
  }

  async #failed(arn: string, expected: string): Promise<void> {
    await this.#ended(arn, 'FAILED');
    const { error } = Object(await this.#gate.json(`logs/${nameOf(arn)}/error.json`));
    if (error !== expected) throw new Error(`error.json says ${error}`);
  }

  async #answer(story: string, status: 'success' | 'failure', headers: Record<string, string> = {}): Promise<void> {
    const answer = await this.#gate.callback({ jiraStoryId: story, status, message: 'go' }, headers);
    if (answer.status !== 202) throw new Error(`the webhook answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }

  async #hears(type: string, story: string): Promise<void> {
    await this.#patience.until(`${type} of ${story} on the bus`, () => this.#bus.heard(type, story));
  }

  async #queueEmpty(): Promise<void> {
    const counts = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    await this.#patience.until('an empty queue', async () => {
      const { Attributes = {} } = await this.#sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: this.#gate.output('CallbackQueueUrl'),
          AttributeNames: [...counts],
        }),
      );
      return counts.every((name) => Attributes[name] === '0') || undefined;
    });
  }

  /** Plans these faults and no others. */
  async faults(...faults: Fault[]): Promise<void> {
    await fetch(`${this.#local.endpoint}/_storygate/faults`, { method: 'PUT', body: JSON.stringify({ faults }) });
  }
}

function input(jiraStoryId: string, packageIds = ['pkg-001']) {
  return { jiraStoryId, packageIds };
}

const nameOf = (arn: string) => arn.slice(arn.lastIndexOf(':') + 1);

function stateOf(
  events: { type?: string | undefined; stateEnteredEventDetails?: { name?: string | undefined } | undefined }[],
) {
  return events.findLast(({ type }) => type === 'TaskStateEntered')?.stateEnteredEventDetails?.name;
}
