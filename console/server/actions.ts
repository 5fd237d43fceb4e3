import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import { CliError } from '../../cli/errors.ts';
import { readExecution } from '../../cli/executions/history.ts';
import { goOn, restart } from '../../cli/executions/redrive.ts';
import { executionNamed, isStory } from '../../cli/executions/reference.ts';
import { uploadWorkflow } from '../../cli/executions/upload.ts';
import { callbackOutcome } from '../../cli/gates/callback-outcome.ts';
import { postDecision, webhookSecret } from '../../cli/gates/post-decision.ts';
import type { StoredCallback } from '../../cli/gates/story-records.ts';
import { automationRequest } from '../../cli/gates/webhook-request.ts';
import type { Gate } from '../../cli/session.ts';
import { executionName } from '../../services/ingest/execution-name.ts';
import { parseInput } from '../../services/shared/parse.ts';

const Decision = z.object({
  jiraStoryId: z.string().check(z.refine(isStory, 'a Jira story such as PROJ-12345')),
  verdict: z.enum(['approve', 'reject'], 'approve or reject'),
  message: z.string('a comment, may be empty').check(z.maxLength(10_000, 'at most 10,000 characters')),
  accountId: z.optional(z.string('a Jira account id').check(z.regex(/^\S{1,128}$/, 'a Jira account id'))),
  as: z.string('who decides').check(z.minLength(1, 'who decides'), z.maxLength(200, 'at most 200 characters')),
});

/** What became of a decision; `callback` is missing while the relay has not come to it. */
export interface DecisionOutcome {
  callbackId: string;
  callback?: StoredCallback;
}

/** Decides a story through the webhook, signed, as Jira would. The secret stays on this side. */
export async function decide(gate: Gate, body: unknown, signal: AbortSignal): Promise<DecisionOutcome> {
  const { jiraStoryId, verdict, message, as, accountId } = parseInput(Decision, body, 'the decision');
  const story = jiraStoryId.toUpperCase();
  const decision = { story, verdict, message, actor: { displayName: as, ...(accountId && { accountId }) } };
  const callbackId = await postDecision(gate, automationRequest(decision, await webhookSecret(gate)));
  const callback = await callbackOutcome(gate, story, callbackId, signal);
  return { callbackId, ...(callback && { callback }) };
}

const Stop = z.object({ reason: z.string('why').check(z.maxLength(1_000, 'at most 1,000 characters')) });

/** Ends a running execution. */
export async function stop(gate: Gate, name: string, body: unknown): Promise<{ executionName: string }> {
  const { reason } = parseInput(Stop, body, 'the request');
  const reference = executionNamed(gate, name);
  const { execution } = await readExecution(gate, reference);
  if (execution.status !== 'RUNNING') throw new CliError(`${name} does not run: it is ${execution.status}`);
  await new SFNClient(gate.target.settings).send(
    new StopExecutionCommand({ executionArn: reference.arn, error: 'Stopped', cause: reason }),
  );
  return { executionName: name };
}

/** Lets an ended execution go on, or starts a new one with the same input. */
export async function redrive(
  gate: Gate,
  name: string,
  how: 'redrive' | 'restart',
): Promise<{ executionName: string }> {
  const reference = executionNamed(gate, name);
  const history = await readExecution(gate, reference);
  if (history.execution.status === 'RUNNING') throw new CliError(`${name} still runs`);
  const execution = how === 'restart' ? await restart(gate, history) : await goOn(gate, reference, history);
  return { executionName: execution.name };
}

const NewGate = z.object({
  name: z
    .string('the name of the file')
    .check(z.regex(/^[^\s/\\]{1,200}\.json$/, 'a file name that ends in .json, without spaces and slashes')),
  content: z.string('the text of the file'),
});

/** Uploads a workflow file, which starts a gate by itself. Nothing is uploaded that could only fail. */
export async function startGate(gate: Gate, body: unknown): Promise<{ key: string; executionName: string }> {
  const { name, content } = parseInput(NewGate, body, 'the workflow file');
  const upload = await uploadWorkflow(gate, { name, content, key: `inputs/${name}` });
  return {
    key: upload.key,
    executionName: executionName(upload.key, [upload.bucket, upload.key, upload.versionId]),
  };
}
