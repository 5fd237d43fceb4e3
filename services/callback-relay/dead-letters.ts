import { setTimeout as delay } from 'node:timers/promises';
import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type MessageAttributeValue,
  SendMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { type DeadLetter, type LetterSelector, readLetter, selects } from './dead-letter.ts';
import { type HeldMessage, type LetterSweep, sweepLetters } from './letter-sweep.ts';

/** The relay's notes about the failure; a letter that is sent again starts without them. */
const NOTES = new Set(['reason', 'error', 'receiveCount', 'firstReceivedAt']);
/** What is held at a time; SQS holds 120,000 for a queue. */
const MOST_LETTERS = 10_000;
/** How many are sent at the same time: together with their deletion one batch. */
const CHUNK = 10;

export interface DeadLetterOptions {
  client: SQSClient;
  /** The queue that the relay reads: where letters are sent again. */
  queueUrl: string;
  deadLetterQueueUrl: string;
  now: () => Date;
  wait?: (milliseconds: number) => Promise<unknown>;
  /** How long SQS may look for letters: 1 s unless given, so that it asks all its servers; 0 for one that has a single server. */
  pollSeconds?: number;
}

export interface SelectedOptions {
  /** Changes nothing, and tells what would be done. */
  dryRun?: boolean;
  /** At most so many a second; as fast as it goes unless given. */
  perSecond?: number;
  onProgress?: (done: number, selected: number) => void;
  /** Stops between two letters; what is not done yet stays a dead letter. */
  signal?: AbortSignal;
}

/** What was done with the letters that were meant. `failed` ones are still dead letters. */
export interface SelectedOutcome {
  selected: DeadLetter[];
  done: number;
  failed: { callbackId: string; error: string }[];
}

/** How far a redrive of everything is. */
export interface MoveProgress {
  status: string;
  moved: number;
  total?: number;
  failure?: string;
}

/** What people do with dead letters. Looking at them hides them from others for a moment, and never loses one. */
export interface DeadLetters {
  /** Oldest first. */
  list(selector?: LetterSelector, options?: { most?: number }): Promise<DeadLetter[]>;
  /** Sends those that match into the callback queue, then deletes them. A crash in between repeats one, which is harmless. */
  redrive(selector: LetterSelector, options?: SelectedOptions): Promise<SelectedOutcome>;
  delete(selector: LetterSelector, options?: SelectedOptions): Promise<SelectedOutcome>;
  /** Lets SQS move everything back by itself. One such task runs on a queue at a time. */
  redriveAll(options?: { perSecond?: number }): Promise<void>;
  /** The newest such task; undefined when there was none. */
  redriveAllProgress(): Promise<MoveProgress | undefined>;
}

/** The dead letters of a callback queue. */
export function deadLetters(options: DeadLetterOptions): DeadLetters {
  const { client, queueUrl, deadLetterQueueUrl } = options;
  return {
    list: (selector = {}, { most = MOST_LETTERS } = {}) =>
      withSelected(options, selector, most, async (found) => found.map(({ letter }) => letter)),
    redrive: (selector, selected = {}) =>
      change(options, selector, selected, (chunk, sweep) => sendThenRemove(chunk, sweep, client, queueUrl)),
    delete: (selector, selected = {}) => change(options, selector, selected, removeAll),
    async redriveAll({ perSecond } = {}) {
      // The relay itself puts most letters here, so SQS does not know where they came from: the destination must be named.
      const [SourceArn, DestinationArn] = await Promise.all([
        arnOf(client, deadLetterQueueUrl),
        arnOf(client, queueUrl),
      ]);
      await client.send(
        new StartMessageMoveTaskCommand({
          SourceArn,
          DestinationArn,
          ...(perSecond && { MaxNumberOfMessagesPerSecond: perSecond }),
        }),
      );
    },
    async redriveAllProgress() {
      const SourceArn = await arnOf(client, deadLetterQueueUrl);
      const { Results = [] } = await client.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }));
      const [task] = Results;
      if (!task) return undefined;
      return {
        status: task.Status ?? 'UNKNOWN',
        moved: task.ApproximateNumberOfMessagesMoved ?? 0,
        ...(task.ApproximateNumberOfMessagesToMove !== undefined && { total: task.ApproximateNumberOfMessagesToMove }),
        ...(task.FailureReason && { failure: task.FailureReason }),
      };
    },
  };
}

interface Found {
  letter: DeadLetter;
  message: HeldMessage;
}

/** Does something with the letters that match. What is done stays done, also when the rest shows again only by itself. */
function change(
  options: DeadLetterOptions,
  selector: LetterSelector,
  selected: SelectedOptions,
  run: (chunk: readonly HeldMessage[], sweep: LetterSweep) => Promise<Outcomes>,
): Promise<SelectedOutcome> {
  return withSelected(options, selector, MOST_LETTERS, async (found, sweep) => {
    const outcome = await inChunks(found, sweep, options, selected, (chunk) => run(chunk, sweep));
    await sweep.release().catch(() => undefined); // after 30 s SQS does the same
    return outcome;
  });
}

/** Runs with the letters that match, held back from others; whatever happens, those that are left show again. */
async function withSelected<T>(
  { client, deadLetterQueueUrl, now, pollSeconds = 1 }: DeadLetterOptions,
  selector: LetterSelector,
  most: number,
  run: (found: Found[], sweep: LetterSweep) => Promise<T>,
): Promise<T> {
  const sweep = sweepLetters(client, deadLetterQueueUrl, { now, pollSeconds });
  try {
    const found: Found[] = [];
    const asOf = now(); // receiving them takes its time, which makes none of them older
    for await (const message of sweep.messages(most)) {
      const letter = readLetter(message, asOf);
      if (selects(selector, letter)) found.push({ letter, message });
    }
    found.sort((a, b) => oldestFirst(a.letter, b.letter));
    const result = await run(found, sweep);
    await sweep.release();
    return result;
  } catch (error) {
    await sweep.release().catch(() => undefined); // what failed first is what to tell
    throw error;
  }
}

/** By the time they died. */
function oldestFirst(a: DeadLetter, b: DeadLetter): number {
  return Date.parse(a.since) - Date.parse(b.since) || a.callbackId.localeCompare(b.callbackId);
}

type Outcomes = PromiseSettledResult<unknown>[];

/** Goes through the letters in chunks, at most so many a second. One that fails does not keep the others back. */
async function inChunks(
  found: readonly Found[],
  sweep: LetterSweep,
  { wait = delay }: DeadLetterOptions,
  { dryRun, perSecond, onProgress, signal }: SelectedOptions,
  run: (chunk: readonly HeldMessage[]) => Promise<Outcomes>,
): Promise<SelectedOutcome> {
  const outcome: SelectedOutcome = { selected: found.map(({ letter }) => letter), done: 0, failed: [] };
  const size = Math.min(CHUNK, perSecond ?? CHUNK);
  for (let at = 0; !dryRun && !signal?.aborted && at < found.length; at += size) {
    const chunk = found.slice(at, at + size);
    if (at > 0 && perSecond) await wait((1000 * size) / perSecond);
    await sweep.keep(found.slice(at).map(({ message }) => message));
    const results = await run(chunk.map(({ message }) => message));
    results.forEach((result, index) => {
      if (result.status === 'fulfilled') outcome.done += 1;
      else outcome.failed.push({ callbackId: chunk[index]?.letter.callbackId ?? '', error: String(result.reason) });
    });
    onProgress?.(outcome.done + outcome.failed.length, found.length);
  }
  return outcome;
}

/** Only what the callback queue has is deleted here. */
async function sendThenRemove(
  chunk: readonly HeldMessage[],
  sweep: LetterSweep,
  client: SQSClient,
  QueueUrl: string,
): Promise<Outcomes> {
  const sent = await Promise.allSettled(
    chunk.map(({ Body: MessageBody, MessageAttributes = {} }) =>
      client.send(
        new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes: withoutNotes(MessageAttributes) }),
      ),
    ),
  );
  const arrived = chunk.filter((_, at) => sent[at]?.status === 'fulfilled');
  // A letter that was sent but not removed is sent once more by whoever redrives next; the relay knows it by its callback id.
  await sweep.remove(arrived);
  return sent;
}

async function removeAll(chunk: readonly HeldMessage[], sweep: LetterSweep): Promise<Outcomes> {
  const removed = await sweep.remove(chunk);
  return chunk.map(({ MessageId }) => settled(removed.has(MessageId)));
}

function settled(done: boolean): PromiseSettledResult<unknown> {
  return done ? { status: 'fulfilled', value: undefined } : { status: 'rejected', reason: 'SQS did not delete it' };
}

function withoutNotes(attributes: Record<string, MessageAttributeValue>): Record<string, MessageAttributeValue> {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !NOTES.has(name)));
}

async function arnOf(client: SQSClient, QueueUrl: string): Promise<string> {
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return Attributes?.QueueArn ?? '';
}
