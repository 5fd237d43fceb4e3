import { userInfo } from 'node:os';
import { Argument, type Command } from 'commander';
import { isStory, notAStory } from '../executions/reference.ts';
import { callbackOutcome } from '../gates/callback-outcome.ts';
import { postDecision, webhookSecret } from '../gates/post-decision.ts';
import type { StoredCallback } from '../gates/story-records.ts';
import { automationRequest, type HandDecision, nativeRequest } from '../gates/webhook-request.ts';
import { examples, withTarget } from '../options.ts';
import { plain } from '../plain-text.ts';
import type { Session } from '../session.ts';
import type { TargetOptions } from '../target.ts';

interface AnswerOptions extends TargetOptions {
  message: string;
  as?: string;
  accountId?: string;
  native?: boolean;
  status?: string;
  resolution?: string;
  wait: boolean;
  json?: boolean;
}

/** `storygate answer`: decides a story through the webhook, signed, as Jira would. */
export function answerCommand(command: Command, session: Session): void {
  withTarget(
    command
      .argument('<story>', 'a Jira story such as PROJ-12345')
      .addArgument(new Argument('<decision>', 'what Jira would say').choices(['approve', 'reject']))
      .option('-m, --message <text>', 'the comment that goes with it', '')
      .option('--as <name>', 'who decides (default: your user name)')
      .option('--account-id <id>', 'Jira account id of who decides, where a gate names its approvers')
      .option(
        '--native',
        "send Jira's native webhook with its HMAC signature, not Automation's request with its bearer secret",
      )
      .option('--status <name>', 'Jira status to send with --native', 'Done')
      .option('--resolution <name>', 'Jira resolution to send with --native (default: Done or Declined)')
      .option('--no-wait', 'do not wait for what becomes of it'),
  )
    .addHelpText(
      'after',
      examples(
        ['storygate answer PROJ-12345 approve --message "ship it"', 'as Jira Automation'],
        ['storygate answer PROJ-12345 reject -m "not today" --as "Jo Doe"', 'in the name of someone'],
        ['storygate answer PROJ-12345 approve --native', 'as the native webhook, HMAC and all'],
      ),
    )
    .action((story: string, verdict: 'approve' | 'reject', options: AnswerOptions) =>
      answer(story, verdict, options, session),
    );
}

async function answer(
  story: string,
  verdict: 'approve' | 'reject',
  options: AnswerOptions,
  session: Session,
): Promise<void> {
  if (!isStory(story)) throw notAStory(story);
  const gate = await session.gate(options);
  const secret = await webhookSecret(gate);
  const decision: HandDecision = {
    story: story.toUpperCase(),
    verdict,
    message: options.message,
    actor: {
      displayName: options.as ?? userInfo().username,
      ...(options.accountId && { accountId: options.accountId }),
    },
  };
  const request = options.native
    ? nativeRequest(decision, secret, session.io.now(), options)
    : automationRequest(decision, secret);
  const callbackId = await postDecision(gate, request);
  const callback = options.wait
    ? await callbackOutcome(gate, decision.story, callbackId, session.io.interrupted())
    : undefined;
  session.show(options, { callbackId, jiraStoryId: decision.story, ...callback }, () =>
    tell(session, decision, callbackId, callback),
  );
}

function tell({ terminal }: Session, decision: HandDecision, callbackId: string, callback?: StoredCallback): void {
  terminal.done(`${decision.verdict} for ${decision.story} was accepted`, callbackId);
  if (!callback) {
    terminal.line(`  storygate show ${decision.story} shows what becomes of it`);
    return;
  }
  const { answers = [] } = callback;
  if (answers.length === 0) terminal.warn('Nothing waits for it now; it is kept for an execution that has started');
  for (const { executionName, result, because } of answers) {
    if (result === 'RELAYED') terminal.done(`Relayed to ${executionName}`);
    else if (result === 'COUNTED') terminal.done(`Counted for ${executionName}: ${because}`);
    else terminal.warn(`${result} at ${executionName}${because ? `: ${plain(because)}` : ''}`);
  }
}
