import * as z from 'zod/mini';

/** One line of the log: a state with its times. */
export const Step = z.object({
  state: z.string('the name of a state'),
  enteredAt: z.string('the time when it was entered'),
  finishedAt: z.string('the time when it was left'),
  failed: z.optional(z.boolean()),
  note: z.optional(z.string()),
});
export type Step = z.infer<typeof Step>;

const common = {
  executionId: z.string('the name of the execution').check(z.regex(/^[\w.-]{1,80}$/, 'an execution name')),
  executionArn: z.string('the ARN of the execution'),
  startedAt: z.string('when the execution started'),
  /** The workflow file, as `s3://bucket/key`. */
  location: z.string('where the workflow file is'),
  steps: z.array(Step, 'the steps so far'),
};

/** What the workflow knows of the decision; whoever answered by hand may have given anything. */
const Decision = z.unknown();

const WorkflowInput = z.looseObject({ jiraStoryId: z.string('the Jira story') });

export const ResultRequest = z.object({
  ...common,
  operation: z.literal('result'),
  input: WorkflowInput,
  apis: z.record(z.string(), z.unknown()),
  warnings: z.array(z.string()),
  callback: Decision,
});
export type ResultRequest = z.infer<typeof ResultRequest>;

export const LogRequest = z.object({
  ...common,
  operation: z.literal('log'),
  jiraStoryId: z.string('the Jira story'),
  warnings: z.array(z.string()),
  callback: Decision,
});
export type LogRequest = z.infer<typeof LogRequest>;

/** What a `Handle…Error` state says. */
export const WorkflowError = z.object({
  state: z.string('the state that failed'),
  error: z.string('the name of the error'),
  message: z.string('what is wrong, for people'),
  cause: z.unknown(),
});
export type WorkflowError = z.infer<typeof WorkflowError>;

export const ErrorRequest = z.object({
  ...common,
  operation: z.literal('error'),
  error: WorkflowError,
  executionInput: z.unknown(),
  /** The workflow file as far as it could be read. */
  input: z.unknown(),
});
export type ErrorRequest = z.infer<typeof ErrorRequest>;

/** What the state machine asks this function to write. */
export const OutputRequest = z.discriminatedUnion(
  'operation',
  [ResultRequest, LogRequest, ErrorRequest],
  'operation result, log or error',
);
export type OutputRequest = z.infer<typeof OutputRequest>;
