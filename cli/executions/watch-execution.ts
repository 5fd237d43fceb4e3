import { SFNClient } from '@aws-sdk/client-sfn';
import { CliError, ExitCode } from '../errors.ts';
import { type FollowOptions, follow, type Progress } from '../follow.ts';
import type { Gate, Session } from '../session.ts';
import { duration, type Terminal } from '../terminal.ts';
import type { ExecutionReference } from './reference.ts';

type Ended = Extract<Progress, { kind: 'ended' }>;

/**
 * Shows an execution step by step until it ends. Ctrl-C stops the watching, not the execution.
 *
 * @returns how it ended; with `json` nothing else is written
 */
export async function watchExecution(
  session: Session,
  { target }: Pick<Gate, 'target'>,
  execution: ExecutionReference,
  options: FollowOptions & { json?: boolean } = {},
): Promise<Ended> {
  const sfn = new SFNClient(target.settings);
  const steps = follow(sfn, execution.arn, {
    pollMs: target.pollMs,
    signal: session.io.interrupted(),
    ...options,
  });
  try {
    for await (const step of steps) {
      if (!options.json) showStep(session.terminal, step);
      if (step.kind === 'ended') return step;
    }
  } catch (error) {
    if (!session.io.interrupted().aborted) throw error;
    const wayOut = `storygate show ${execution.name} shows how it stands`;
    throw new CliError(`${execution.name} goes on without being watched; ${wayOut}`, {
      exitCode: ExitCode.interrupted,
    });
  }
  throw new CliError(`${execution.name} could not be followed to its end`);
}

/** One step of an execution, as a line. */
export function showStep(terminal: Terminal, step: Progress): void {
  if (step.kind === 'finished') terminal.done(step.state, duration(step.tookMs));
  else if (step.kind === 'waiting')
    terminal.line(`  ${terminal.style('yellow', '⏸')} ${step.state} waits for a decision`);
  else if (step.kind === 'failed') terminal.warn(`${step.state}: ${step.error}`);
  else if (step.status === 'SUCCEEDED') terminal.done('Execution SUCCEEDED');
  else terminal.line(`  ${terminal.style('red', '✘')} Execution ${step.status}`);
}

/** The error with which a command ends that has shown a workflow fail. */
export function workflowFailed(name: string, { status, error, cause }: Omit<Ended, 'kind' | 'at'>): CliError {
  const why = [error, cause].filter(Boolean).join(': ');
  return new CliError(`${name} ${status.toLowerCase().replace('_', ' ')}${why && `: ${why}`}; storygate show ${name}`, {
    exitCode: ExitCode.workflowFailed,
  });
}
