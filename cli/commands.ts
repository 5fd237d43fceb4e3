import type { Command } from 'commander';
import type { Session } from './session.ts';

/** Gives a command its arguments, options, examples and what it does. */
type DefineCommand = (command: Command, session: Session) => void;

/** A command as the list of commands shows it. What it is made of is loaded when it is meant, so that none slows the others. */
interface CommandEntry {
  description: string;
  load: () => Promise<DefineCommand>;
}

/** Every command by its name, in the order in which help lists them. Adding one is a module and an entry here. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  dev: {
    description: 'run the stacks of this app on this machine: no AWS account, no Docker, no network',
    load: async () => (await import('./commands/dev.ts')).devCommand,
  },
  start: {
    description: 'start a gate: upload a workflow file, or name one that is in the bucket',
    load: async () => (await import('./commands/start.ts')).startCommand,
  },
  gates: {
    description: 'list what waits: story, since when, how long it still waits, execution',
    load: async () => (await import('./commands/gates.ts')).gatesCommand,
  },
  show: {
    description: 'show an execution state by state with its decision, or all that is known of a story',
    load: async () => (await import('./commands/show.ts')).showCommand,
  },
  answer: {
    description: 'approve or reject a story through the webhook, signed, as Jira would',
    load: async () => (await import('./commands/answer.ts')).answerCommand,
  },
  results: {
    description: 'print the result of an execution, or download all its files',
    load: async () => (await import('./commands/results.ts')).resultsCommand,
  },
  logs: {
    description: 'print the log of an execution; of one that still runs, its steps so far',
    load: async () => (await import('./commands/logs.ts')).logsCommand,
  },
  stop: {
    description: 'stop a running execution; what it waits for no longer counts',
    load: async () => (await import('./commands/stop.ts')).stopCommand,
  },
  redrive: {
    description: 'let an execution that was stopped or timed out go on where it was, or start it again',
    load: async () => (await import('./commands/redrive.ts')).redriveCommand,
  },
  letters: {
    description: 'list, show, redrive or delete dead letters: callbacks that could not be relayed',
    load: async () => (await import('./commands/letters.ts')).lettersCommand,
  },
  tokens: {
    description: 'list the stored task tokens by story and execution; the tokens themselves are never read',
    load: async () => (await import('./commands/tokens.ts')).tokensCommand,
  },
  console: {
    description: 'serve the web page for the people who run gates, on this machine only',
    load: async () => (await import('./commands/console.ts')).consoleCommand,
  },
  distribute: {
    description: 'copy a file to many buckets: upload it, or name one that is in the source bucket',
    load: async () => (await import('./commands/distribute.ts')).distributeCommand,
  },
  doctor: {
    description: 'look for what is wrong: secrets, webhook, roles, alarms, dead letters, stuck gates, 401, S3 access',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  check: {
    description: 'find what would fail at deployment or at its first call, in the words that AWS uses',
    load: async () => (await import('./commands/check.ts')).checkCommand,
  },
  deploy: {
    description: 'deploy the stacks to AWS; cdk asks before it widens permissions',
    load: async () => (await import('./commands/deploy.ts')).deployCommand,
  },
  destroy: {
    description: 'remove the stacks of a stage from AWS, with their data unless the stage retains it',
    load: async () => (await import('./commands/destroy.ts')).destroyCommand,
  },
  completion: {
    description: 'print a script that completes commands and options',
    load: async () => (await import('./commands/completion.ts')).completionCommand,
  },
};
