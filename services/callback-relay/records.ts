import * as z from 'zod/mini';
import { Actor, Callback, CallbackId, CallbackSource } from '../shared/callback.ts';
import { StoryKey } from '../shared/story-key.ts';

/** What Step Functions handed out for one waiting task; up to 2,048 characters. It answers the task, so it is never logged. */
export const TaskToken = z.string('a task token').check(z.minLength(1, 'a task token')).brand<'TaskToken'>();
export type TaskToken = z.infer<typeof TaskToken>;

export const ExecutionArn = z
  .string('an execution ARN')
  .check(z.regex(/^arn:[\w-]+:states:[^:]*:\d{12}:execution:[^:]+:.+$/, 'an execution ARN'))
  .brand<'ExecutionArn'>();
export type ExecutionArn = z.infer<typeof ExecutionArn>;

/** A decision that does not count for a wait: too early (rule 3), or by someone who may not answer. Shown so that nobody wonders why it still waits. */
export const NotAdmitted = z.object({
  callbackId: CallbackId,
  outcome: z.string(),
  actor: Actor,
  receivedAt: z.string(),
  because: z.optional(z.string()),
});

/** One person's answer to a wait that asks for several. */
export const Vote = z.object({
  callbackId: CallbackId,
  /** The story under which the callback is recorded; another one than the wait's after a move of the issue. */
  jiraStoryId: StoryKey,
  outcome: z.enum(['success', 'failure']),
  actor: Actor,
  /** Cut shorter than a single decision's, since all of them travel together. */
  message: z.string(),
  source: CallbackSource,
  receivedAt: z.string(),
  decidedAt: z.string(),
  status: z.optional(z.string()),
  resolution: z.optional(z.string()),
});
export type Vote = z.infer<typeof Vote>;

/** `WAIT#<executionName>`: one execution that waits for a decision on the story, or waited. Times are ISO 8601, UTC. */
export const Wait = z.object({
  jiraStoryId: StoryKey,
  executionName: z.string(),
  executionArn: ExecutionArn,
  taskToken: TaskToken,
  /** When the execution started. */
  startedAt: z.string(),
  /** Decisions received before this do not count: the start minus the configured grace. */
  admitsFrom: z.string(),
  waitingSince: z.string(),
  expiresAt: z.string(),
  status: z.enum(['WAITING', 'ANSWERED', 'EXPIRED']),
  /**
   * Counts the executions' attempts to wait: each one has a new token, and an older one never replaces a newer one.
   * Unknown where an earlier version of the workflow or of this record has not counted.
   */
  attempt: z.optional(z.number()),
  /** How many different people must approve; one unless told. */
  quorum: z.optional(z.number()),
  /** Jira's ids of those who may answer; anyone unless told. */
  approvers: z.optional(z.array(z.string())),
  /** Answers so far, of a wait that asks for more than one; the deciding one is the last. */
  votes: z.optional(z.array(Vote)),
  /** The key that the issue has got since, where it was moved. */
  movedTo: z.optional(StoryKey),
  /** From the claim on: the callback that answers this wait, and what it says. */
  callbackId: z.optional(CallbackId),
  /** The story under which that callback is recorded; the wait's own where an earlier version has not noted it. */
  callbackStory: z.optional(StoryKey),
  /** Jira's id of the issue, where the callback names it. */
  issueId: z.optional(z.string()),
  outcome: z.optional(z.string()),
  actor: z.optional(Actor),
  message: z.optional(z.string()),
  answeredAt: z.optional(z.string()),
  /** On an expired wait: how Step Functions says that the task ended, such as `TaskTimedOut`. */
  endedAs: z.optional(z.string()),
  notAdmitted: z.optional(NotAdmitted),
});
export type Wait = z.infer<typeof Wait>;

/** What a callback met at one wait. */
export const Answer = z.object({
  executionName: z.string(),
  /** `COUNTED`: one of several approvals that the wait asks for. `IGNORED`: by someone who may not answer it. */
  result: z.enum(['RELAYED', 'COUNTED', 'DUPLICATE', 'LATE', 'IGNORED', 'NOT_ADMITTED']),
  /** What happened instead: the callback that was first, how the wait ended, when the execution started. */
  because: z.optional(z.string()),
});
export type Answer = z.infer<typeof Answer>;

/** How a callback ends. `ACCEPTED` means: not finished, a redelivery goes on with it. */
export const Disposition = z.enum(['ACCEPTED', 'RELAYED', 'COUNTED', 'PARKED', 'LATE', 'DUPLICATE', 'IGNORED']);
export type Disposition = z.infer<typeof Disposition>;

/**
 * `CALLBACK#<callbackId>`: the audit trail, and what makes a repeated delivery harmless. The first version of it had no
 * `revision`, no `answers` before its end, and `answered` as a set where it had any.
 */
export const CallbackRecord = z.extend(Callback, {
  disposition: Disposition,
  /** What it met, a wait each: at most one entry for an execution. */
  answers: z._default(z.array(Answer), []),
  /** Names of the executions that it answered. */
  answered: z.pipe(
    z.optional(z.union([z.array(z.string()), z.set(z.string())])),
    z.transform((names) => [...(names ?? [])].sort()),
  ),
  /** Grows with every change, so that two writers never overwrite each other. */
  revision: z._default(z.number(), 0),
  finishedAt: z.optional(z.string()),
});
export type CallbackRecord = z.infer<typeof CallbackRecord>;

/** `EXECUTION#<name>`: which story an execution waits on, and whether it has ended. Its own partition: whoever stops one knows no story. */
export const ExecutionNote = z.object({
  waitsOn: z.optional(StoryKey),
  /** The attempt that was announced last. */
  attempt: z.optional(z.number()),
  notedAt: z.optional(z.string()),
  endedAs: z.optional(z.string()),
  /** Which run of the execution has ended: a redriven one begins anew. */
  endedRun: z.optional(z.number()),
});
export type ExecutionNote = z.infer<typeof ExecutionNote>;
