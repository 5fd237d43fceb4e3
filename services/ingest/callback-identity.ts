import { createHash } from 'node:crypto';
import { CallbackId } from '../shared/callback.ts';
import { parseInput } from '../shared/parse.ts';
import type { Decision } from './decision-bodies.ts';

/** What the request around the body contributes. */
export interface Delivery {
  /** `X-Atlassian-Webhook-Identifier`: the same across retries, unique within one Jira site. */
  webhookIdentifier?: string | undefined;
  /** `Idempotency-Key`, for senders that repeat themselves. */
  idempotencyKey?: string | undefined;
  /** SHA-256 of the body's bytes, hexadecimal. */
  bodyHash: string;
  /** Something new on each call. */
  newId: () => string;
}

/**
 * The identity of a decision, by the first of these that there is:
 *
 * 1. `callbackId` in the body, or the header `Idempotency-Key`: the sender says what is one decision.
 * 2. Jira's changelog id with the event's time. Both are inside the signed bytes; the identifier header is not, so a
 *    recorded request that is sent again under another identifier stays the same decision. Two webhooks of one site
 *    that report the same change are one decision, too.
 * 3. `X-Atlassian-Webhook-Identifier`.
 * 4. The hash of the body, where Jira's own time of the event or of the issue's last change is in it.
 * 5. Something new. Two equal bodies of the simple form may well be two decisions: today's "done" reads like
 *    yesterday's. A rule that fires twice then sends two callbacks, and the second is a DUPLICATE, which is harmless;
 *    swallowing the second of two real decisions would not be.
 */
export function callbackIdOf(decision: Decision, delivery: Delivery): CallbackId {
  const { explicit, changelogId, updated, site = '' } = decision.identity;
  const { webhookIdentifier, idempotencyKey, bodyHash, newId } = delivery;
  const issue = decision.issueId ?? decision.story;
  if (explicit) return asCallbackId(explicit);
  if (idempotencyKey) return hashed('key', [decision.story, idempotencyKey]);
  if (changelogId && decision.decidedAt !== undefined)
    return hashed('change', [site, issue, changelogId, String(decision.decidedAt)]);
  if (webhookIdentifier) return hashed('webhook', [site, issue, webhookIdentifier]);
  if (decision.decidedAt !== undefined || updated) return hashed('body', [site, bodyHash]);
  return asCallbackId(newId());
}

function hashed(kind: string, parts: readonly string[]): CallbackId {
  return asCallbackId(`${kind}-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}`);
}

function asCallbackId(id: string): CallbackId {
  return parseInput(CallbackId, id, 'callback id');
}
