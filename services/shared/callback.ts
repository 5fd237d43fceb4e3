import * as z from 'zod/mini';
import { StoryKey } from './story-key.ts';

const instant = (what: string) => z.iso.datetime({ message: `${what}: an ISO 8601 time in UTC with milliseconds` });

/** Identity of a decision, the same for every delivery of it. Never an SQS message id: redriven letters get new ones. */
export const CallbackId = z
  .string('a callback id')
  .check(z.regex(/^[\w.:-]{1,128}$/, 'a callback id of 1 to 128 letters, digits, "_", ".", ":" or "-"'))
  .brand<'CallbackId'>();
export type CallbackId = z.infer<typeof CallbackId>;

/** Who decided. Jira Cloud and Data Center give an id; Automation may name nobody. */
export const Actor = z.object({ id: z.optional(z.string()), displayName: z.string('the name of who decided') });
export type Actor = z.infer<typeof Actor>;

/** What Jira said about the issue at the time of the decision, as far as the body tells. */
export const JiraFacts = z.object({
  status: z.optional(z.string()),
  statusCategory: z.optional(z.string()),
  resolution: z.optional(z.string()),
  issueType: z.optional(z.string()),
  summary: z.optional(z.string()),
  transition: z.optional(z.string()),
});
export type JiraFacts = z.infer<typeof JiraFacts>;

/** Which kind of body brought the decision; see `decision-bodies.ts`. */
export const CallbackSource = z.enum([
  'automation',
  'automation-format',
  'native-webhook',
  'post-function',
  'service-management',
]);
export type CallbackSource = z.infer<typeof CallbackSource>;

/** A decision on its way from the webhook to the relay: the body of a message in the callback queue. */
export const Callback = z.object({
  schemaVersion: z.literal(1, '1'),
  callbackId: CallbackId,
  jiraStoryId: StoryKey,
  /** Jira's numeric id of the issue; it survives a move to another project. */
  issueId: z.optional(z.string()),
  outcome: z.enum(['success', 'failure'], 'success or failure'),
  actor: Actor,
  message: z.string('the comment of the decision, may be empty'),
  source: CallbackSource,
  /** When the webhook received it, ISO 8601 with milliseconds, UTC. Rule 3 compares it with the start of executions. */
  receivedAt: instant('receivedAt'),
  /** When it was decided by Jira's clock; equal to `receivedAt` where the body has no time. */
  decidedAt: instant('decidedAt'),
  jira: JiraFacts,
  /** The key that the issue had before, where the event that decides has moved it, too. */
  movedFrom: z.optional(StoryKey),
});
export type Callback = z.infer<typeof Callback>;

/** The news that an issue has another key, without a decision: the other kind of message in the callback queue. */
export const IssueMoved = z.object({
  schemaVersion: z.literal(1, '1'),
  type: z.literal('issue-moved', 'issue-moved'),
  callbackId: CallbackId,
  /** The key that the issue has now. */
  jiraStoryId: StoryKey,
  movedFrom: StoryKey,
  issueId: z.optional(z.string()),
  source: CallbackSource,
  receivedAt: instant('receivedAt'),
});
export type IssueMoved = z.infer<typeof IssueMoved>;

/** What the callback queue carries. */
export type Envelope = Callback | IssueMoved;

/** Tells the two kinds of message apart. */
export function isIssueMoved(envelope: Envelope): envelope is IssueMoved {
  return 'type' in envelope;
}
