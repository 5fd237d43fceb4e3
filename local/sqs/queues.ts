import type { Clock } from '../clock.ts';
import type { Database } from '../database.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { durably } from '../gateway/durable.ts';
import { membersOf } from '../gateway/input.ts';
import { findAction, type JsonService, jsonService } from '../gateway/json-service.ts';
import type { JsonAction } from '../gateway/service.ts';
import { storedPolicy } from '../iam/policy-text.ts';
import type { Requirement } from '../iam/principal.ts';
import type { Fauxqs, Queue, QueueAction, QueueStore } from '../substrate/fauxqs.ts';
import { noteDeadLetterSource } from './dead-letters.ts';
import { takeGroupsInOrder } from './fifo-groups.ts';
import { moveTaskActions } from './move-task-actions.ts';
import { MoveTasks } from './move-tasks.ts';
import { DEFAULT_ATTRIBUTES, FAUXQS_ACTIONS } from './queue-actions.ts';
import { afterwards } from './queue-answers.ts';
import { deliverWithFaults, type QueueFaults } from './queue-faults.ts';
import { queueArn, queueNameOf, queueUrl } from './queue-names.ts';
import { QueuePersistence } from './queue-persistence.ts';
import { typed } from './queue-requests.ts';
import { expireByRetention } from './queue-retention.ts';
import { runByClock } from './queue-timers.ts';
import { type RuleContext, runChecked } from './request-rules.ts';
import { keepTraceHeaders, rememberTraceHeaders } from './trace-headers.ts';

export interface QueuesOptions {
  clock: Clock;
  database: Database;
  fauxqs: Fauxqs;
  /** Whether queues and messages are kept in the database, or only in memory. */
  durable: boolean;
  /** The gateway's URL at the moment of the call: queue URLs follow it when its port changes. */
  endpoint: () => string;
  /** Tells IAM a queue's policy; undefined takes it away. */
  putResourcePolicy: (arn: string, document: unknown) => void;
  faults?: QueueFaults | undefined;
}

/** What CloudFormation knows of a queue. Attributes as strings, as the API takes them. */
export interface QueueDefinition {
  name: string;
  attributes?: Readonly<Record<string, string>>;
  tags?: Readonly<Record<string, string>>;
}

/** SQS: fauxqs's queues, kept in the runtime's database, and the actions that fauxqs does not have. */
export class Queues {
  readonly service: JsonService;
  /** For the topics that deliver to these queues. */
  readonly store: QueueStore;
  readonly #options: QueuesOptions;
  readonly #moveTasks: MoveTasks;
  readonly #rules: RuleContext;

  private constructor(options: QueuesOptions, actions: ReadonlyMap<string, QueueAction>) {
    this.#options = options;
    this.store = this.#openStore();
    const { clock, database, fauxqs } = options;
    this.#rules = { clock, store: this.store, purged: new WeakMap() };
    this.#moveTasks = new MoveTasks({ clock, database, store: this.store, newMessage: fauxqs.newMessage });
    this.#moveTasks.resume();
    this.service = jsonService({
      name: 'sqs',
      targetPrefix: 'AmazonSQS',
      version: '1.0',
      actions: durably(
        database,
        typed({
          ...Object.fromEntries([...actions].map(([name, run]) => [name, this.#fauxqsAction(name, run)])),
          ...moveTaskActions(this.store, this.#moveTasks, ({ name }) => this.#urlOf(name)),
        }),
      ),
    });
  }

  static async open(options: QueuesOptions): Promise<Queues> {
    const load = async (name: string) => {
      const module = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
      return [name, await options.fauxqs.queueAction(module, module)] as const;
    };
    return new Queues(options, new Map(await Promise.all(Object.keys(FAUXQS_ACTIONS).map(load))));
  }

  /** Creates a queue or brings attributes and tags up to date; messages and the queue's policy stay. */
  put({ name, attributes = {}, tags = {} }: QueueDefinition): { url: string; arn: string } {
    const queue = this.store.getQueueByName(name) ?? this.store.createQueue(name, queueUrl('', name), queueArn(name));
    const { Policy } = queue.attributes;
    const kind = name.endsWith('.fifo') ? { FifoQueue: 'true' } : {};
    queue.tags = new Map(Object.entries(tags));
    queue.attributes = { ...DEFAULT_ATTRIBUTES, ...kind, ...(Policy !== undefined && { Policy }), ...attributes };
    queue.persistence?.insertQueue(queue);
    return { url: this.#urlOf(name), arn: queue.arn };
  }

  /** Sets a queue's policy; undefined takes it away. Throws `AwsError` QueueDoesNotExist, `PolicyError`. */
  setPolicy(url: string, document: object | undefined): void {
    const queue = this.store.getQueue(url);
    if (!queue) throw new AwsError('QueueDoesNotExist', `The specified queue does not exist: ${url}`);
    this.#options.putResourcePolicy(queue.arn, document); // first: one that cannot be evaluated is not kept
    const { Policy: _, ...others } = queue.attributes;
    queue.attributes = document ? { ...others, Policy: JSON.stringify(document) } : others;
    queue.persistence?.insertQueue(queue);
  }

  /** Deletes a queue and its messages; harmless when there is none. */
  delete(name: string): void {
    const queue = this.store.getQueueByName(name);
    if (!queue) return;
    this.store.deleteQueue(queue.url);
    this.#options.putResourcePolicy(queue.arn, undefined);
  }

  /** Lets waiting receivers go and stops the timers. */
  close(): void {
    this.#moveTasks.close();
    for (const queue of this.store.allQueues()) queue.cancelWaiters();
  }

  #openStore(): QueueStore {
    const { clock, database, durable, fauxqs, faults } = this.#options;
    const store = fauxqs.newQueueStore();
    store.host = '';
    store.region = 'us-east-1';
    const create = store.createQueue;
    store.createQueue = (...args) => {
      const queue = create.apply(store, args);
      noteDeadLetterSource(queue, clock);
      expireByRetention(queue, clock);
      takeGroupsInOrder(queue);
      keepTraceHeaders(queue);
      runByClock(queue, clock);
      if (faults) deliverWithFaults(queue, clock, faults);
      return queue;
    };
    if (durable) new QueuePersistence(database).attach(store, (name) => queueUrl('', name));
    for (const { arn, attributes } of store.allQueues())
      this.#options.putResourcePolicy(arn, storedPolicy(attributes['Policy'], arn));
    return store;
  }

  #fauxqsAction(name: string, run: QueueAction): JsonAction {
    const { permission } = findAction(FAUXQS_ACTIONS, 'sqs', name);
    return {
      requires: (input): Requirement[] => [{ action: permission, resource: resourceOf(name, input) }],
      run: async (input) => {
        const queue = this.store.getQueueByName(queueName(input));
        const output = await runChecked(name, input, queue, this.#rules, (checked) => this.#runFauxqs(run, checked));
        if (name === 'DeleteQueue') this.#options.putResourcePolicy(queueArn(queueName(input)), undefined);
        return afterwards(name, input, output, {
          queue: this.store.getQueueByName(queueName(input)),
          urlOf: (queue) => this.#urlOf(queue),
          registerPolicy: (queue) => this.#registerPolicy(queue),
        });
      },
    };
  }

  async #runFauxqs(run: QueueAction, input: Readonly<Record<string, unknown>>): Promise<object> {
    try {
      // Its actions write defaults into the attributes that they get, so they get their own.
      const own = input['Attributes'] ? { ...input, Attributes: membersOf(input['Attributes']) } : input;
      return await run(rememberTraceHeaders(own), this.store, { headers: { host: 'localhost' } });
    } catch (error) {
      throw this.#options.fauxqs.translate(error);
    }
  }

  #urlOf(name: string): string {
    return queueUrl(this.#options.endpoint(), name);
  }

  #registerPolicy({ arn, attributes }: Queue): void {
    const { Policy } = attributes;
    this.#options.putResourcePolicy(arn, Policy ? JSON.parse(Policy) : undefined);
  }
}

function resourceOf(action: string, input: Readonly<Record<string, unknown>>): string {
  return action === 'ListQueues' ? '*' : queueArn(queueName(input));
}

/** The queue that a request is about; empty where it names none, which fauxqs answers. */
function queueName({ QueueUrl, QueueName }: Readonly<Record<string, unknown>>): string {
  return typeof QueueUrl === 'string' ? queueNameOf(QueueUrl) : typeof QueueName === 'string' ? QueueName : '';
}
