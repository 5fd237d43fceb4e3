import { createHash } from 'node:crypto';
import type { Message } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { present } from '../shared/present.ts';
import { DEAD_LETTER_REASONS, type DeadLetterReason } from './errors.ts';

/** SQS itself moved the message after too many receives: the relay had crashed on it, or could not be reached at all. */
export const MOVED_BY_SQS = 'MOVED_BY_SQS';
export const LETTER_REASONS = [...DEAD_LETTER_REASONS, MOVED_BY_SQS] as const;
export type LetterReason = DeadLetterReason | typeof MOVED_BY_SQS;

/** One message of the callback dead-letter queue, as people want to know it. Times are ISO 8601, UTC. */
export interface DeadLetter {
  /**
   * The callback's id; for a body that carries none, `unreadable-` and a hash over the body. The same however often the
   * letter is sent again, unlike the message id of SQS.
   */
  callbackId: string;
  jiraStoryId?: string;
  reason: LetterReason;
  /** What failed last, in the relay's words. */
  error?: string;
  outcome?: string;
  actor?: string;
  /** When the webhook accepted the callback. */
  receivedAt?: string;
  /** Since when it is a dead letter; one that SQS moved has kept the time when it was first sent. */
  since: string;
  ageMs: number;
  /** How often the relay had it. */
  receiveCount: number;
  body: string;
}

/** Which letters: those that match everything that is given. */
export interface LetterSelector {
  jiraStoryId?: string;
  callbackId?: string;
  /** Any of these. */
  callbackIds?: readonly string[];
  reason?: LetterReason;
  /** At least this old, in milliseconds. */
  olderThanMs?: number;
  /** At most this old. */
  youngerThanMs?: number;
}

/** The body may be anything, so each field is taken for itself. */
const lenient = z.catch(z.optional(z.string()), undefined);
const Body = z.looseObject({
  callbackId: lenient,
  jiraStoryId: lenient,
  outcome: lenient,
  receivedAt: lenient,
  actor: z.catch(z.optional(z.looseObject({ displayName: lenient })), undefined),
});

const isReason = (text: string | undefined): text is LetterReason => LETTER_REASONS.some((reason) => reason === text);

/** Reads a message of the dead-letter queue. Nothing about it needs to be as expected. */
export function readLetter(message: Message, now: Date): DeadLetter {
  const { Body: body = '', Attributes = {} } = message;
  const noted = (name: string) => message.MessageAttributes?.[name]?.StringValue;
  const content = bodyOf(body);
  const sentAt = Number(Attributes.SentTimestamp ?? now.getTime());
  const noteOfReason = noted('reason');
  const letter = {
    jiraStoryId: noted('jiraStoryId') ?? content.jiraStoryId,
    error: noted('error'),
    outcome: content.outcome,
    actor: content.actor?.displayName,
    receivedAt: content.receivedAt,
  };
  return {
    callbackId: noted('callbackId') ?? content.callbackId ?? `unreadable-${hash(body)}`,
    reason: isReason(noteOfReason) ? noteOfReason : MOVED_BY_SQS,
    ...present(letter),
    since: new Date(sentAt).toISOString(),
    ageMs: Math.max(0, now.getTime() - sentAt),
    receiveCount: Number(noted('receiveCount') ?? Attributes.ApproximateReceiveCount ?? 1),
    body,
  };
}

/** Whether a letter is one of those that are meant. */
export function selects(selector: LetterSelector, letter: DeadLetter): boolean {
  const { jiraStoryId, callbackId, callbackIds, reason } = selector;
  const { olderThanMs = 0, youngerThanMs = Number.POSITIVE_INFINITY } = selector;
  return (
    (jiraStoryId === undefined || letter.jiraStoryId === jiraStoryId) &&
    (callbackId === undefined || letter.callbackId === callbackId) &&
    (callbackIds === undefined || callbackIds.includes(letter.callbackId)) &&
    (reason === undefined || letter.reason === reason) &&
    letter.ageMs >= olderThanMs &&
    letter.ageMs <= youngerThanMs
  );
}

function bodyOf(body: string): z.infer<typeof Body> {
  try {
    const parsed = z.safeParse(Body, JSON.parse(body));
    return parsed.success ? parsed.data : {};
  } catch {
    return {}; // UNREADABLE_JSON is one of the reasons why it is here
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
