import { Command } from 'commander';
import { COMMANDS } from './commands.ts';
import { examples } from './options.ts';
import type { Session } from './session.ts';
import { version } from './version.ts';

/**
 * The `storygate` command line with the command that `argv` names, or with all of them when it names none: what one
 * command needs should not slow the others down.
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
  for (const load of loadersFor(argv)) root.addCommand(settle((await load())(session, root), root));
  return root;
}

function loadersFor(argv: readonly string[]) {
  if (argv[0] === '--version' || argv[0] === '-V') return [];
  const named = argv.find((argument) => Object.hasOwn(COMMANDS, argument));
  const load = named === undefined || named === 'completion' ? undefined : COMMANDS[named];
  return load ? [load] : Object.values(COMMANDS);
}

/** Commands that were made on their own take over how the program writes and ends, down to the last subcommand. */
function settle(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const inner of command.commands) settle(inner, command);
  return command;
}
