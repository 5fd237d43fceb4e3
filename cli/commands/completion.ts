import { Argument, type Command } from 'commander';
import { completionScript, type Shell } from '../completion-script.ts';
import { examples } from '../options.ts';
import type { Session } from '../session.ts';

/** `storygate completion`: a script that makes a shell complete commands and options. */
export function completionCommand(command: Command, session: Session): void {
  command
    .addArgument(new Argument('<shell>', 'the shell to print it for').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      examples(
        ['source <(storygate completion bash)', 'in ~/.bashrc'],
        ['storygate completion fish > ~/.config/fish/completions/storygate.fish', 'for fish'],
      ),
    )
    .action((shell: Shell) => session.terminal.raw(completionScript(shell, command.parent ?? command)));
}
