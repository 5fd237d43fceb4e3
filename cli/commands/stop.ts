import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { CliError } from '../errors.ts';
import { readExecution } from '../executions/history.ts';
import { findExecution } from '../executions/reference.ts';
import { examples, withTarget } from '../options.ts';
import type { Session } from '../session.ts';
import type { TargetOptions } from '../target.ts';

interface StopOptions extends TargetOptions {
  reason: string;
  json?: boolean;
}

/** `storygate stop`: ends a running execution. */
export function stopCommand(command: Command, session: Session): void {
  withTarget(
    command
      .argument('<execution|story>', 'name or ARN of an execution, or a story that one execution waits for')
      .option('-r, --reason <text>', 'why, for those who look at it later', 'stopped by hand'),
  )
    .addHelpText(
      'after',
      examples(['storygate stop PROJ-12345 --reason "wrong packages"', 'the one that waits for the story']),
    )
    .action((reference: string, options: StopOptions) => stop(reference, options, session));
}

async function stop(reference: string, options: StopOptions, session: Session): Promise<void> {
  const gate = await session.gate(options);
  const { arn, name } = await findExecution(gate, reference, { change: true });
  const { execution } = await readExecution(gate, { arn, name });
  if (execution.status !== 'RUNNING')
    throw new CliError(`${name} does not run: it is ${execution.status}; storygate show ${name}`);
  await new SFNClient(gate.target.settings).send(
    new StopExecutionCommand({ executionArn: arn, error: 'Stopped', cause: options.reason }),
  );
  session.show(options, { executionName: name, executionArn: arn, status: 'ABORTED' }, (terminal) =>
    terminal.done(`Stopped ${name}`),
  );
}
