import * as z from 'zod/mini';
import { Actor, Callback, CallbackId } from '../shared/callback.ts';
import { StoryKey } from '../shared/story-key.ts';

/** What Step Functions handed out for one waiting task; up to 2,048 characters. It answers the task, so it is never logged. */
export const TaskToken = z.string('a task token').check(z.minLength(1, 'a task token')).brand<'TaskToken'>();
export type TaskToken = z.infer<typeof TaskToken>;

export const ExecutionArn = z
  .string('an execution ARN')
  .check(z.regex(/^arn:[\w-]+:states:[^:]*:\d{12}:execution:[^:]+:.+$/, 'an execution ARN'))
  .brand<'ExecutionArn'>();
export type ExecutionArn = z.infer<typeof ExecutionArn>;

/** A decision that was made too early for a wait (rule 3), shown so that nobody wonders why it still waits. */
export const NotAdmitted = z.object({
  callbackId: CallbackId,
  outcome: z.string(),
  actor: Actor,
  receivedAt: z.string(),
});

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
  /** From the claim on: the callback that answers this wait, and what it says. */
  callbackId: z.optional(CallbackId),
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
  result: z.enum(['RELAYED', 'DUPLICATE', 'LATE', 'NOT_ADMITTED']),
  /** What happened instead: the callback that was first, how the wait ended, when the execution started. */
  because: z.optional(z.string()),
});
export type Answer = z.infer<typeof Answer>;

/** How a callback ends. `ACCEPTED` means: not finished, a redelivery goes on with it. */
export const Disposition = z.enum(['ACCEPTED', 'RELAYED', 'PARKED', 'LATE', 'DUPLICATE', 'IGNORED']);
export type Disposition = z.infer<typeof Disposition>;

/** `CALLBACK#<callbackId>`: the audit trail, and what makes a repeated delivery harmless. */
export const CallbackRecord = z.extend(Callback, {
  disposition: Disposition,
  /** Names of the executions that it answered. */
  answered: z.array(z.string()),
  /** What it met when the relay finished it. */
  answers: z.optional(z.array(Answer)),
  finishedAt: z.optional(z.string()),
});
export type CallbackRecord = z.infer<typeof CallbackRecord>;
