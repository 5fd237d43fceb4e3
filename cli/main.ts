import { CommanderError } from 'commander';
import { ExitCode } from './errors.ts';
import { explain } from './explain-error.ts';
import type { Io } from './io.ts';
import { program } from './program.ts';
import { Session } from './session.ts';

/** Runs one command line. @param argv without `node` and the script. @returns what the process ends with */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const session = new Session(io);
  try {
    const command = await program(argv, session);
    await command.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    return report(error, session);
  }
}

function report(error: unknown, { io, targetName, notes }: Session): number {
  if (error instanceof CommanderError) return error.exitCode; // commander has written what is wrong
  const explained = explain(error, targetName);
  if (explained?.message === 'interrupted') notes.line();
  else notes.line(`${notes.style('red', 'storygate:')} ${explained?.message ?? `unexpected error: ${error}`}`);
  if (io.env['STORYGATE_DEBUG'] && error instanceof Error) notes.line(error.stack);
  else if (!explained) notes.line('  (STORYGATE_DEBUG=1 shows where it comes from)');
  return explained?.exitCode ?? ExitCode.user;
}
