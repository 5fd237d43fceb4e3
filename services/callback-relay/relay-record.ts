import type { SQSRecord } from 'aws-lambda';
import { Callback, type Envelope, IssueMoved, isIssueMoved } from '../shared/callback.ts';
import type { Measurements } from '../shared/counters.ts';
import type { DomainEvent, DomainEventType } from '../shared/domain-events.ts';
import { errorFacts, type Log } from '../shared/log.ts';
import { parseInput } from '../shared/parse.ts';
import type { AnswerServices } from './answer-wait.ts';
import type { CallbackQueue } from './callback-queue.ts';
import { DeadLetterError } from './errors.ts';
import { moveIssue } from './move-issue.ts';
import type { Disposition } from './records.ts';
import { type Relayed, relayCallback } from './relay-callback.ts';
import { backoffSeconds, MAX_ATTEMPTS } from './retry-schedule.ts';

export interface RelayServices extends AnswerServices {
  queue: CallbackQueue;
  log: Log;
  counters: Measurements;
  random: () => number;
}

/** The message stays in the queue; SQS shows it again after its backoff. */
export class TryAgainError extends Error {
  constructor(cause: unknown) {
    super('the callback is tried again later', { cause });
    this.name = 'TryAgainError';
  }
}

const EVENT_OF: Partial<Record<Disposition, DomainEventType>> = {
  RELAYED: 'Callback Relayed',
  PARKED: 'Callback Parked',
  LATE: 'Callback Late',
  DUPLICATE: 'Callback Duplicate',
  COUNTED: 'Callback Counted',
  IGNORED: 'Callback Ignored',
};

/**
 * Deals with one message: relays the callback, or puts it off, or puts it away with its reason.
 *
 * @returns the events to publish once the batch is done
 * @throws TryAgainError when the message must stay in the queue
 */
export async function relayRecord(record: SQSRecord, services: RelayServices): Promise<DomainEvent[]> {
  let envelope: Envelope | undefined;
  let log = services.log.child({ messageId: record.messageId });
  try {
    envelope = readEnvelope(record.body);
    const { callbackId, jiraStoryId } = envelope;
    log = services.log.child({ messageId: record.messageId, callbackId, jiraStoryId });
    return await relayEnvelope(envelope, { ...services, log });
  } catch (error) {
    return putOff(record, envelope, error, { ...services, log });
  }
}

async function relayEnvelope(envelope: Envelope, services: RelayServices): Promise<DomainEvent[]> {
  const { log, counters } = services;
  if (isIssueMoved(envelope)) {
    const { jiraStoryId, movedFrom, issueId, receivedAt } = envelope;
    await moveIssue({ from: movedFrom, to: jiraStoryId }, services);
    counters.count('IssueMoved');
    log.info('issue moved', { movedFrom });
    return [{ type: 'Issue Moved', detail: { jiraStoryId, movedFrom, issueId, receivedAt } }];
  }
  const relayed = await relayCallback(envelope, services);
  counters.count(relayed.repeated ? 'CallbackRepeated' : `Callback${capitalised(relayed.disposition)}`);
  const relayMs = services.now().getTime() - Date.parse(envelope.receivedAt);
  if (!relayed.repeated && relayed.disposition === 'RELAYED') counters.measure('RelayTime', relayMs, 'Milliseconds');
  log.info('callback finished', { outcome: envelope.outcome, source: envelope.source, relayMs, ...relayed });
  return eventsOf(envelope, relayed);
}

/** Reads the body of a message. Throws `DeadLetterError` for what no relay of this version will ever read. */
export function readEnvelope(body: string): Envelope {
  let content: unknown;
  try {
    content = JSON.parse(body);
  } catch (cause) {
    throw new DeadLetterError('UNREADABLE_JSON', 'the message body is not JSON', { cause });
  }
  try {
    const moved = typeof content === 'object' && content !== null && Object.hasOwn(content, 'type');
    return parseInput(moved ? IssueMoved : Callback, content, 'message body');
  } catch (cause) {
    throw new DeadLetterError('INVALID_ENVELOPE', cause instanceof Error ? cause.message : 'unknown shape', { cause });
  }
}

/** What can never succeed, or has not in all its attempts, is a dead letter; everything else waits for its next attempt. */
async function putOff(
  record: SQSRecord,
  envelope: Envelope | undefined,
  error: unknown,
  { queue, log, counters, random }: RelayServices,
): Promise<DomainEvent[]> {
  const attempt = Number(record.attributes.ApproximateReceiveCount);
  const reason = error instanceof DeadLetterError ? error.reason : 'RETRIES_EXHAUSTED';
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const { callbackId, jiraStoryId } = envelope ?? {};
  try {
    if (error instanceof DeadLetterError || attempt >= MAX_ATTEMPTS) {
      await queue.deadLetter(record, { reason, error: message, callbackId, jiraStoryId });
      counters.count('CallbackDeadLettered');
      log.error('callback dead-lettered', { reason, attempt, ...errorFacts(error) });
      return [{ type: 'Callback Dead-Lettered', detail: { jiraStoryId, callbackId, reason, error: message, attempt } }];
    }
    const seconds = backoffSeconds(attempt, random());
    counters.count('CallbackRetried');
    log.warn('callback is tried again', { attempt, seconds, ...errorFacts(error) });
    await queue.hide(record, seconds);
  } catch (queueError) {
    // The message stays in flight until the queue's own visibility timeout, and is tried again then.
    log.error('the queue did not take the backoff or the dead letter', errorFacts(queueError));
  }
  throw new TryAgainError(error);
}

function eventsOf(callback: Callback, relayed: Relayed): DomainEvent[] {
  const type = relayed.repeated ? undefined : EVENT_OF[relayed.disposition];
  if (relayed.repeated || !type) return [];
  const { callbackId, jiraStoryId, outcome, actor, source, receivedAt } = callback;
  return [{ type, detail: { jiraStoryId, callbackId, outcome, actor, source, receivedAt, answers: relayed.answers } }];
}

function capitalised(word: string): string {
  return word.charAt(0) + word.slice(1).toLowerCase();
}
