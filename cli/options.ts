import { type Command, InvalidArgumentError, Option } from 'commander';

/** Gives a command the options by which it finds its target, and `--json`. */
export function withTarget(command: Command): Command {
  return command
    .addOption(
      new Option('--target <kind>', 'where the stacks are (default: the local run when it answers, else AWS)').choices([
        'local',
        'aws',
      ]),
    )
    .option('--stage <name>', 'stage of the stacks (default: STORYGATE_STAGE, else the configuration, else dev)')
    .option('--stack <name>', 'name of the release gate stack (default: <name>-<stage>-release-gate, as configured)')
    .option('--endpoint <url>', 'address of the local run (default: STORYGATE_ENDPOINT, else http://127.0.0.1:4566)')
    .option('--region <name>', 'AWS region (default: AWS_REGION)')
    .option('--profile <name>', 'AWS profile (default: AWS_PROFILE)')
    .option('--json', 'print JSON; docs/cli.md describes it');
}

/** Help text with examples: a command line and what it does, each. */
export function examples(...lines: readonly (readonly [commandLine: string, what: string])[]): string {
  const width = Math.max(...lines.map(([commandLine]) => commandLine.length));
  return `\nExamples:\n${lines.map(([commandLine, what]) => `  $ ${commandLine.padEnd(width)}  # ${what}`).join('\n')}`;
}

/** Reads an option that is a whole number of at least 1. */
export function count(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('expected a whole number of at least 1.');
  return value;
}

/** Reads an option that is a port. */
export function port(value: string): number {
  const parsed = Number(value);
  if (!Number.isInteger(parsed) || parsed < 0 || parsed > 65_535)
    throw new InvalidArgumentError('a port is a whole number from 0 to 65535.');
  return parsed;
}
