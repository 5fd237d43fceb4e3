import type { Command } from 'commander';
import { NotFoundError } from '../errors.ts';
import { printCallbacks, printExecution } from '../executions/print-execution.ts';
import { executionNamed, findExecution, isStory } from '../executions/reference.ts';
import { reportOf } from '../executions/report.ts';
import { printStory } from '../gates/print-story.ts';
import { storyRecords } from '../gates/story-records.ts';
import { examples, withTarget } from '../options.ts';
import type { Gate, Session } from '../session.ts';
import type { TargetOptions } from '../target.ts';

interface ShowOptions extends TargetOptions {
  json?: boolean;
}

/** `storygate show`: one execution state by state, or all that is known of a story. */
export function showCommand(command: Command, session: Session): void {
  withTarget(command.argument('<execution|story>', 'name or ARN of an execution, or a Jira story'))
    .addHelpText(
      'after',
      examples(
        ['storygate show release-7-3f1c0a', 'states, durations, decision, errors'],
        ['storygate show PROJ-12345', 'its executions, every callback and what became of it'],
      ),
    )
    .action((reference: string, options: ShowOptions) => show(reference, options, session));
}

async function show(reference: string, options: ShowOptions, session: Session): Promise<void> {
  const gate = await session.gate(options);
  if (isStory(reference)) return showStory(reference.toUpperCase(), gate, options, session);
  const report = await reportOf(gate, await findExecution(gate, reference));
  const asOfNow = session.asOf(session.io.now());
  session.show(options, { execution: report }, () => {
    printExecution(asOfNow, report);
    printCallbacks(asOfNow, report);
  });
}

/** A story with every execution that still waits; when none does, with the newest. */
async function showStory(story: string, gate: Gate, options: ShowOptions, session: Session): Promise<void> {
  const records = await storyRecords(gate, story);
  const { waits, callbacks, links } = records;
  if (waits.length + callbacks.length + links.length === 0)
    throw new NotFoundError(
      `nothing is recorded for ${story}; it gets a record when an execution waits or a callback comes`,
    );
  const waiting = waits.filter(({ status }) => status === 'WAITING');
  const chosen = waiting.length > 0 ? waiting : waits.slice(-1);
  const executions = await Promise.all(
    chosen.map(({ executionArn }) => reportOf(gate, executionNamed(gate, executionArn), records)),
  );
  const asOfNow = session.asOf(session.io.now());
  session.show(options, { jiraStoryId: story, links, waits, callbacks, executions }, () => {
    printStory(asOfNow, story, records);
    for (const execution of executions) printExecution(asOfNow, execution);
  });
}
