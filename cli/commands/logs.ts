import type { Command } from 'commander';
import { readExecution, storyOf } from '../executions/history.ts';
import { functionLines, type LogLine, readableLine, stepLines } from '../executions/log-lines.ts';
import { findExecution } from '../executions/reference.ts';
import { storedText } from '../executions/stored-files.ts';
import { examples, withTarget } from '../options.ts';
import { plain } from '../plain-text.ts';
import type { Session } from '../session.ts';
import type { TargetOptions } from '../target.ts';

interface LogsOptions extends TargetOptions {
  functions?: boolean;
  json?: boolean;
}

/** `storygate logs`: what an execution did, and what the functions said meanwhile. */
export function logsCommand(command: Command, session: Session): void {
  withTarget(
    command
      .argument('<execution|story>', 'name or ARN of an execution, or a Jira story')
      .option('--functions', 'also what the functions logged about it and its story'),
  )
    .addHelpText(
      'after',
      examples(
        ['storygate logs release-7-3f1c0a', 'execution.log'],
        ['storygate logs PROJ-12345 --functions', 'webhook, relay and all'],
      ),
    )
    .action((reference: string, options: LogsOptions) => logs(reference, options, session));
}

async function logs(reference: string, options: LogsOptions, session: Session): Promise<void> {
  const gate = await session.gate(options);
  const execution = await findExecution(gate, reference);
  const { execution: described, events } = await readExecution(gate, execution);
  const stored = await storedText(gate, `logs/${execution.name}/execution.log`);
  const lines = stored === undefined ? stepLines(events) : readLog(stored);
  const story = storyOf(events);
  const terms = story ? [execution.name, story] : [execution.name];
  const since = described.startDate ?? new Date(0);
  const functions = options.functions ? await functionLines(gate, { terms, since }) : [];
  const all = [...lines, ...functions].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  session.show(options, { executionName: execution.name, lines: all }, (terminal) => {
    const width = Math.max(0, ...all.map(({ source }) => source.length));
    for (const { at, source, message } of all)
      terminal.line(
        `${terminal.style('dim', at)}  ${options.functions ? `${terminal.style('cyan', source.padEnd(width))}  ` : ''}${plain(readableLine(message))}`,
      );
  });
}

/** Lines of execution.log: each begins with its time. */
function readLog(text: string): LogLine[] {
  return text.split('\n').flatMap((line) => {
    const [, at, message] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    return at !== undefined && message !== undefined ? [{ at, source: 'workflow', message }] : [];
  });
}
