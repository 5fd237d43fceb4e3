import type { z } from 'zod';
import type { Clock } from '../clock.ts';
import { ACCOUNT } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { listMember } from '../gateway/input.ts';
import type { Queue, QueueStore } from '../substrate/fauxqs.ts';
import { runBatch } from './batches.ts';
import { checkMessage } from './message-rules.ts';
import { checkAttributeNames, checkChange, checkCreation } from './queue-attributes.ts';
import { queueArn } from './queue-names.ts';
import { creation, message, receipt, visibility } from './queue-requests.ts';
import { checkHandle, checkVisibility } from './receipt-handles.ts';

type Input = Readonly<Record<string, unknown>>;

/** SQS API reference, PurgeQueue: once a minute. */
const PURGE_EVERY_MS = 60_000;

export interface RuleContext {
  clock: Clock;
  store: QueueStore;
  /** When queues were purged last. */
  purged: WeakMap<Queue, number>;
}

type Rule = (input: unknown, queue: Queue, context: RuleContext) => void;

const rule =
  <Shape extends z.ZodType>(
    shape: Shape,
    check: (input: z.output<Shape>, queue: Queue, context: RuleContext) => void,
  ) =>
  (input: unknown, queue: Queue, context: RuleContext) =>
    check(shape.parse(input), queue, context);

/** What AWS refuses besides what fauxqs does, by action; a batch has the rules of its action for each entry. */
const RULES: Readonly<Record<string, Rule>> = {
  SendMessage: rule(message, checkMessage),
  DeleteMessage: rule(receipt, checkHandle),
  ChangeMessageVisibility: rule(visibility, checkVisibility),
  SetQueueAttributes: rule(creation.pick({ Attributes: true }), ({ Attributes }, queue, { store }) =>
    checkChange(queue, Attributes ?? {}, store),
  ),
  PurgeQueue: (_, queue, context) => checkPurge(queue, context),
};

/** Checks a request by SQS's rules and runs it. Throws `AwsError`. */
export async function runChecked(
  action: string,
  input: Input,
  queue: Queue | undefined,
  context: RuleContext,
  run: (input: Input) => Promise<object>,
): Promise<object> {
  checkOwner(input);
  if (action === 'CreateQueue') checkCreateQueue(input, context);
  if (action === 'GetQueueAttributes') return run(withNames(input, queue));
  const check = RULES[action.replace(/Batch$/, '')];
  if (!queue || !check) return run(input); // fauxqs says that there is no such queue
  if (action.endsWith('Batch')) return runBatch(input, (entry) => check(entry, queue, context), run);
  check(input, queue, context);
  return run(input);
}

/** fauxqs answers with all attributes where none is named, and counts what was visible when somebody looked last. */
function withNames(input: Input, queue: Queue | undefined): Input {
  const AttributeNames = listMember(input, 'AttributeNames');
  checkAttributeNames(AttributeNames);
  queue?.processTimers();
  return { ...input, AttributeNames };
}

function checkCreateQueue(input: Input, { store }: RuleContext): void {
  const { QueueName, Attributes } = creation.parse(input);
  checkCreation(QueueName, queueArn(QueueName), Attributes ?? {}, store);
}

/** There is one account; the queue of another one is not this account's queue of the same name. */
function checkOwner({ QueueUrl, QueueOwnerAWSAccountId }: Input): void {
  const owner = QueueOwnerAWSAccountId ?? /\/(\d{12})\/[^/]*$/.exec(String(QueueUrl))?.[1] ?? ACCOUNT;
  if (owner !== ACCOUNT) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
}

function checkPurge(queue: Queue, { clock, purged }: RuleContext): void {
  const last = purged.get(queue) ?? Number.NEGATIVE_INFINITY;
  const message = `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`;
  if (clock.now() < last + PURGE_EVERY_MS) throw new AwsError('PurgeQueueInProgress', message, { status: 403 });
  purged.set(queue, clock.now());
}
