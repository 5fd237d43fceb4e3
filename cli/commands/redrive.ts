import type { Command } from 'commander';
import { CliError } from '../errors.ts';
import { readExecution } from '../executions/history.ts';
import { goOn, restart } from '../executions/redrive.ts';
import { findExecution } from '../executions/reference.ts';
import { watchExecution, workflowFailed } from '../executions/watch-execution.ts';
import { examples, withTarget } from '../options.ts';
import type { Session } from '../session.ts';
import type { TargetOptions } from '../target.ts';

interface RedriveOptions extends TargetOptions {
  restart?: boolean;
  follow?: boolean;
  json?: boolean;
}

/** `storygate redrive`: an execution goes on where it ended, or starts again. */
export function redriveCommand(command: Command, session: Session): void {
  withTarget(
    command
      .argument('<execution|story>', 'name or ARN of an execution, or a story with one execution')
      .option('--restart', 'start a new execution with the same input, for one that has failed by itself')
      .option('-f, --follow', 'show each step until it has ended; exit code 4 when it fails'),
  )
    .addHelpText(
      'after',
      examples(
        ['storygate redrive release-7-3f1c0a', 'go on at the state in which it was stopped'],
        ['storygate redrive release-7-3f1c0a --restart', 'all over again: the APIs are called once more'],
      ),
    )
    .action((reference: string, options: RedriveOptions) => redrive(reference, options, session));
}

async function redrive(reference: string, options: RedriveOptions, session: Session): Promise<void> {
  const gate = await session.gate(options);
  const ended = await findExecution(gate, reference, { change: true });
  const history = await readExecution(gate, ended);
  if (history.execution.status === 'RUNNING')
    throw new CliError(`${ended.name} still runs; storygate show ${ended.name}`);
  const execution = options.restart ? await restart(gate, history) : await goOn(gate, ended, history);
  const told = { executionName: execution.name, executionArn: execution.arn, restarted: options.restart ?? false };
  if (!options.follow)
    return session.show(options, told, (terminal) =>
      terminal.done(options.restart ? `Started ${execution.name}` : `${execution.name} goes on`),
    );
  const { kind: _, ...end } = await watchExecution(session, gate, execution, {
    ...(options.json && { json: true }),
    ...(!options.restart && { afterEvent: history.events.at(-1)?.id ?? 0 }),
  });
  if (options.json) session.terminal.json({ ...told, ...end });
  if (end.status !== 'SUCCEEDED') throw workflowFailed(execution.name, end);
}
