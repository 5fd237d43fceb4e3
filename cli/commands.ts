import type { Command } from 'commander';
import type { Session } from './session.ts';

/** Makes a command. `root` is the whole command line, for a command that is about it. */
type MakeCommand = (session: Session, root: Command) => Command;

/** Every command by its name, in the order in which help lists them. Adding one is a module and a line here. */
export const COMMANDS: Readonly<Record<string, () => Promise<MakeCommand>>> = {
  dev: async () => (await import('./commands/dev.ts')).devCommand,
  start: async () => (await import('./commands/start.ts')).startCommand,
  gates: async () => (await import('./commands/gates.ts')).gatesCommand,
  show: async () => (await import('./commands/show.ts')).showCommand,
  answer: async () => (await import('./commands/answer.ts')).answerCommand,
  results: async () => (await import('./commands/results.ts')).resultsCommand,
  logs: async () => (await import('./commands/logs.ts')).logsCommand,
  stop: async () => (await import('./commands/stop.ts')).stopCommand,
  redrive: async () => (await import('./commands/redrive.ts')).redriveCommand,
  letters: async () => (await import('./commands/letters.ts')).lettersCommand,
  tokens: async () => (await import('./commands/tokens.ts')).tokensCommand,
  console: async () => (await import('./commands/console.ts')).consoleCommand,
  distribute: async () => (await import('./commands/distribute.ts')).distributeCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  check: async () => (await import('./commands/check.ts')).checkCommand,
  deploy: async () => (await import('./commands/deploy.ts')).deployCommand,
  destroy: async () => (await import('./commands/destroy.ts')).destroyCommand,
  completion: async () => (await import('./commands/completion.ts')).completionCommand,
};
