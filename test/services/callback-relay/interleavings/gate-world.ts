import type { SQSRecord } from 'aws-lambda';
import { closeExecution } from '../../../../services/callback-relay/close-execution.ts';
import type { Vote } from '../../../../services/callback-relay/records.ts';
import { relayRecord } from '../../../../services/callback-relay/relay-record.ts';
import { storeWait } from '../../../../services/callback-relay/store-wait.ts';
import type { WaitsTable } from '../../../../services/callback-relay/waits-table.ts';
import type { Callback, Envelope } from '../../../../services/shared/callback.ts';
import { recordingLog } from '../../recording-log.ts';
import { inMemoryWaitsTable } from '../in-memory-waits-table.ts';
import { type Actor, Interleaver } from './interleaver.ts';
import { type Run, StateMachine } from './state-machine.ts';

interface Message {
  envelope: Envelope;
  receives: number;
}

/** What reached Step Functions as the answer of one token. */
export interface Sent {
  token: string;
  callback: Callback;
  votes: readonly Vote[];
  arrived: boolean;
}

/** The functions around one table, one queue and one state machine; nothing happens unless it is picked. */
export class GateWorld {
  readonly interleaver: Interleaver;
  readonly table: WaitsTable;
  readonly machine = new StateMachine();
  readonly sent: Sent[] = [];
  queue: Message[] = [];
  deadLetters: Message[] = [];
  /** Milliseconds since 1970. */
  time = Date.UTC(2025, 2, 1, 9);
  /** Ends of executions that EventBridge has still to deliver. */
  #ends: { executionName: string; endedAs: string }[] = [];
  #actors = 0;

  constructor(seed: number, mishaps: number, table: WaitsTable = inMemoryWaitsTable()) {
    this.interleaver = new Interleaver(seed, mishaps);
    this.table = table;
    this.machine.onEnd = ({ name }, endedAs) => {
      this.#ends.push({ executionName: name, endedAs });
      if (this.interleaver.random() < 0.1) this.#ends.push({ executionName: name, endedAs });
    };
  }

  readonly now = (): Date => new Date(this.time);

  /** What may happen next by itself, without an event from outside. */
  possible(): (() => void)[] {
    return [
      ...this.queue.map((message) => () => this.#deliver(message)),
      ...this.#ends.map((end) => () => this.#close(end)),
      ...this.machine.entering().map((run) => () => this.#store(run)),
    ];
  }

  /** SQS delivers a message; it is hidden meanwhile, and visible again unless the relay is done with it. */
  #deliver(message: Message): void {
    this.queue = this.queue.filter((other) => other !== message);
    message.receives += 1;
    const back = () => void this.queue.push(message);
    const actor = this.#actor('relay', back);
    const services = {
      ...this.#services(actor),
      queue: this.interleaver.wrap(actor, {
        hide: async () => {},
        deadLetter: async () => void this.deadLetters.push({ ...message, receives: 0 }),
      }),
      log: recordingLog(),
      counters: { count: () => {}, measure: () => {}, flush: () => {} },
      random: () => 0.5,
    };
    const work = relayRecord(sqsRecord(message), services).then(() =>
      this.interleaver.call(actor, 'deleteMessage', () => true),
    );
    this.#watch(actor, work, back);
  }

  /** Step Functions invokes store-task-token for a state that was entered, and retries it when that fails. */
  #store(run: Run): void {
    const request = this.machine.enter(run);
    const failed = () => this.machine.storeFailed(run, request.taskToken);
    const actor = this.#actor(`store ${run.name}`, failed);
    this.#watch(actor, storeWait(request, this.#services(actor), { graceSeconds: 0 }), failed);
  }

  /** EventBridge delivers the end of an execution, until the function has dealt with it. */
  #close(end: { executionName: string; endedAs: string }): void {
    this.#ends = this.#ends.filter((other) => other !== end);
    const again = () => void this.#ends.push(end);
    const actor = this.#actor(`close ${end.executionName}`, again);
    this.#watch(actor, closeExecution({ ...end, endedAt: this.now(), run: 0 }, this.#services(actor)), again);
  }

  #services(actor: Actor) {
    const tasks = {
      send: async ({ taskToken }: { taskToken: string }, callback: Callback, votes: readonly Vote[]) => {
        const arrived = this.machine.answer(taskToken, callback);
        this.sent.push({ token: taskToken, callback, votes, arrived });
        return arrived ? ('sent' as const) : ('gone' as const);
      },
      ending: async ({ taskToken }: { taskToken: string }, { callbackId }: Callback) =>
        this.interleaver.random() < this.interleaver.mishaps
          ? ({ kind: 'unknown' } as const)
          : this.machine.ending(taskToken, callbackId),
    };
    return {
      table: this.interleaver.wrap(actor, this.table),
      tasks: this.interleaver.wrap(actor, tasks),
      now: this.now,
    };
  }

  #actor(kind: string, onCrash: () => void): Actor {
    this.#actors += 1;
    return { name: `${kind} #${this.#actors}`, crashed: false, onCrash };
  }

  /** A function that fails is the same to its caller as one that crashes. */
  #watch(actor: Actor, work: Promise<unknown>, onFailure: () => void): void {
    work.catch(() => {
      if (!actor.crashed) onFailure();
    });
  }
}

function sqsRecord({ envelope, receives }: Message): SQSRecord {
  return {
    messageId: envelope.callbackId,
    receiptHandle: 'receipt',
    body: JSON.stringify(envelope),
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: '0',
      SenderId: 'webhook',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:callbacks',
    awsRegion: 'us-east-1',
  };
}
