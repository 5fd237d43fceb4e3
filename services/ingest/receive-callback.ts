import { createHash } from 'node:crypto';
import type { Callback, IssueMoved, JiraFacts } from '../shared/callback.ts';
import { InvalidInputError } from '../shared/parse.ts';
import { HttpProblem } from '../shared/problem-json.ts';
import { callbackIdOf } from './callback-identity.ts';
import { type DecisionCriteria, verdict } from './criteria.ts';
import type { Decision } from './decision-bodies.ts';
import { shorten } from './jira-text.ts';
import { recognise } from './recognise.ts';

/** Longest texts of an envelope: the comment, the issue's summary, and names. Together far below SQS's 1 MiB. */
const LONGEST = { message: 10_000, summary: 500, name: 200 };

/** An authenticated request. */
export interface Received {
  /** The parsed body. */
  body: unknown;
  rawBody: Buffer;
  webhookIdentifier?: string | undefined;
  idempotencyKey?: string | undefined;
  receivedAt: Date;
}

export interface Rules {
  criteria: DecisionCriteria;
  replayWindowSeconds: number;
  newId: () => string;
}

/** What becomes of a request: a callback for the queue, or nothing, with the reason. */
export type Reading =
  | { kind: 'callback'; callback: Callback }
  /** No decision, but the issue has another key. */
  | { kind: 'moved'; move: IssueMoved }
  | { kind: 'ignored'; reason: string };

/** Normalises a body into the callback envelope. Throws `HttpProblem` 400 for wrong fields, 401 for a replay. */
export function readCallback(received: Received, rules: Rules): Reading {
  const recognised = recogniseOrRefuse(received.body);
  if (recognised.kind === 'ignored') return recognised;
  const { decision } = recognised;
  refuseReplay(decision, received.receivedAt, rules.replayWindowSeconds);
  if (recognised.kind === 'moved') return moved(decision, received, rules);
  const found = decision.outcome
    ? { outcome: decision.outcome }
    : verdict(rules.criteria, decision.story, decision.jira);
  if (found.outcome === 'none')
    return decision.movedFrom ? moved(decision, received, rules) : { kind: 'ignored', reason: found.reason };
  return { kind: 'callback', callback: envelope(decision, found.outcome, received, rules) };
}

/** What both kinds of message tell of a body. */
function common(decision: Decision, received: Received, { newId }: Rules) {
  const { rawBody, webhookIdentifier, idempotencyKey, receivedAt } = received;
  const bodyHash = createHash('sha256').update(rawBody).digest('hex');
  return {
    schemaVersion: 1 as const,
    callbackId: callbackIdOf(decision, { webhookIdentifier, idempotencyKey, bodyHash, newId }),
    jiraStoryId: decision.story,
    ...(decision.issueId !== undefined && { issueId: shorten(decision.issueId, LONGEST.name) }),
    ...(decision.movedFrom && { movedFrom: decision.movedFrom }),
    source: decision.source,
    receivedAt: receivedAt.toISOString(),
  };
}

function moved(decision: Decision, received: Received, rules: Rules): Reading {
  const { movedFrom, ...rest } = common(decision, received, rules);
  if (!movedFrom) return { kind: 'ignored', reason: `${decision.story} was not moved` };
  return { kind: 'moved', move: { type: 'issue-moved', movedFrom, ...rest } };
}

function envelope(decision: Decision, outcome: Callback['outcome'], received: Received, rules: Rules): Callback {
  const { actor, jira, message, decidedAt } = decision;
  return {
    ...common(decision, received, rules),
    outcome,
    actor: {
      ...(actor.id !== undefined && { id: shorten(actor.id, LONGEST.name) }),
      displayName: shorten(actor.displayName, LONGEST.name),
    },
    message: shorten(message, LONGEST.message),
    decidedAt: (decidedAt === undefined ? received.receivedAt : new Date(decidedAt)).toISOString(),
    jira: shortenAll(jira),
  };
}

function shortenAll(jira: JiraFacts): JiraFacts {
  const shortened = Object.entries(jira).map(([name, text = '']) => {
    return [name, shorten(text, name === 'summary' ? LONGEST.summary : LONGEST.name)];
  });
  return Object.fromEntries(shortened);
}

/** A recorded request cannot be sent again later. Jira itself may deliver half an hour late. */
function refuseReplay({ decidedAt }: Decision, receivedAt: Date, windowSeconds: number): void {
  if (decidedAt === undefined || Math.abs(receivedAt.getTime() - decidedAt) <= windowSeconds * 1000) return;
  throw new HttpProblem(
    401,
    'Stale delivery',
    `timestamp is ${decidedAt}, expected a time (epoch milliseconds) at most ${windowSeconds} s from ${receivedAt.toISOString()}`,
  );
}

function recogniseOrRefuse(body: unknown): ReturnType<typeof recognise> {
  try {
    return recognise(body);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw new HttpProblem(400, 'Invalid callback', error.message, { problems: error.problems, cause: error });
  }
}
