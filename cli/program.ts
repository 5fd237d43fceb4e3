import { Command } from 'commander';
import { COMMANDS } from './commands.ts';
import { examples } from './options.ts';
import type { Session } from './session.ts';
import { version } from './version.ts';

/**
 * The `storygate` command line with the command that `argv` names; the others have a name and a description, which is all
 * that the list of commands shows.
 */
export async function program(argv: readonly string[], session: Session): Promise<Command> {
  const root = new Command('storygate')
    .description('Gates AWS Step Functions workflows on Jira stories')
    .version(version())
    .configureOutput({
      writeOut: (text) => session.terminal.raw(text),
      writeErr: (text) => session.notes.raw(text),
      outputError: (text, write) =>
        write(`${session.notes.style('red', 'storygate:')} ${text.replace(/^error: /, '').trimEnd()} (see --help)\n`),
      getOutHelpWidth: () => Math.min(session.terminal.width, 120),
      getErrHelpWidth: () => Math.min(session.notes.width, 120),
    })
    .exitOverride()
    .addHelpText(
      'after',
      examples(
        ['storygate start release.json --follow', 'start a gate and watch it'],
        ['storygate gates', 'what waits, for whom, since when'],
        ['storygate answer PROJ-12345 approve --message "ship it"', 'answer it as Jira would'],
        ['storygate letters redrive --all', 'send every dead letter again'],
      ),
    );
  const meant = meantBy(argv);
  for (const [name, { description, load }] of Object.entries(COMMANDS)) {
    const command = root.command(name).description(description);
    if (meant(name)) (await load())(command, session);
  }
  return root;
}

/** The command that is named first; for completion, which is about the whole command line, all of them. */
function meantBy(argv: readonly string[]): (name: string) => boolean {
  const named = argv.find((argument) => Object.hasOwn(COMMANDS, argument));
  return (name) => named === 'completion' || name === named;
}
