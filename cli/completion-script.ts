import type { Command } from 'commander';

export type Shell = 'bash' | 'zsh' | 'fish';

/** What can follow a command line so far, such as `letters redrive`. */
interface Entry {
  path: string;
  words: { word: string; description: string }[];
}

/** A completion script for the whole command line, as it is defined. */
export function completionScript(shell: Shell, root: Command): string {
  const entries = entriesOf(root, '');
  if (shell === 'fish') return fish(entries);
  return shell === 'bash' ? bash(entries) : `autoload -U +X bashcompinit && bashcompinit\n${bash(entries)}`;
}

function entriesOf(command: Command, path: string): Entry[] {
  const commands = command.commands.map((inner) => ({ word: inner.name(), description: inner.description() }));
  const options = command.options.map(({ long, short, description }) => ({ word: long ?? short ?? '', description }));
  const inner = command.commands.flatMap((each) => entriesOf(each, `${path} ${each.name()}`.trim()));
  return [{ path, words: [...commands, ...options, { word: '--help', description: 'show help' }] }, ...inner];
}

function bash(entries: readonly Entry[]): string {
  const cases = entries.map(
    ({ path, words }) => `    "${path}") words="${words.map(({ word }) => word).join(' ')}" ;;`,
  );
  return `_storygate() {
  local path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in
      -*) break ;;
      ${entries.flatMap(({ path }) => path.split(' ').at(-1) || []).join('|')}) path="\${path:+$path }$word" ;;
      *) break ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}") $(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _storygate storygate
`;
}

function fish(entries: readonly Entry[]): string {
  const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = entries.flatMap(({ path, words }) =>
    words.map(({ word, description }) => {
      const condition = path
        ? path
            .split(' ')
            .map((name) => `__fish_seen_subcommand_from ${name}`)
            .join('; and ')
        : '__fish_use_subcommand';
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
      return `complete -c storygate -n ${quote(condition)} ${what} -d ${quote(description)}`;
    }),
  );
  return `${lines.join('\n')}\n`;
}
