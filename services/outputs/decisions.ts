import * as z from 'zod/mini';
import { present } from '../shared/present.ts';

/** Whoever answers a gate by hand may send anything, so each field is taken for itself. */
const text = z.catch(z.optional(z.string()), undefined);
const Actor = z.catch(z.optional(z.looseObject({ id: text, displayName: text })), undefined);
const fields = {
  callbackId: text,
  outcome: text,
  actor: Actor,
  message: text,
  source: text,
  receivedAt: text,
  decidedAt: text,
};
const Callback = z.looseObject({
  ...fields,
  jira: z.catch(z.optional(z.looseObject({ status: text, resolution: text })), undefined),
  decisions: z.catch(z.optional(z.array(z.looseObject({ ...fields, status: text, resolution: text }))), undefined),
});

/** One person's part in the decision, as files show it. Absent is what the sender did not tell. */
export interface ShownDecision {
  callbackId?: string;
  outcome?: string;
  actor?: { id?: string; displayName?: string };
  comment?: string;
  /** Jira's status and resolution at that time. */
  status?: string;
  resolution?: string;
  /** The time of the transition by Jira's clock, and when it was received. */
  decidedAt?: string;
  receivedAt?: string;
  /** Which kind of request brought it. */
  source?: string;
}

/** Everyone's part in what the waiting task got: one answer, or all those that the gate had asked for, the deciding one last. */
export function decisionsIn(callback: unknown): ShownDecision[] {
  const parsed = z.safeParse(Callback, callback);
  if (!parsed.success) return [];
  const { decisions, jira, ...single } = parsed.data;
  return (decisions ?? [{ ...single, status: jira?.status, resolution: jira?.resolution }]).map((decision) => ({
    ...present({
      callbackId: decision.callbackId,
      outcome: decision.outcome,
      comment: decision.message,
      status: decision.status,
      resolution: decision.resolution,
      decidedAt: decision.decidedAt,
      receivedAt: decision.receivedAt,
      source: decision.source,
    }),
    ...(decision.actor && { actor: present({ id: decision.actor.id, displayName: decision.actor.displayName }) }),
  }));
}

/** `approved by Ada at … through native-webhook (Done, Fixed): comment` */
export function decisionText({
  outcome,
  actor,
  comment,
  status,
  resolution,
  decidedAt,
  source,
}: ShownDecision): string {
  const issue = [status, resolution].filter((part) => part).join(', ');
  const parts = [
    `${outcome === 'failure' ? 'rejected' : 'approved'} by ${actor?.displayName ?? 'unknown'}`,
    decidedAt && `at ${decidedAt}`,
    source && `through ${source}`,
    issue && `(${issue})`,
  ];
  const decision = parts.filter((part) => part).join(' ');
  return comment ? `${decision}: ${comment}` : decision;
}
