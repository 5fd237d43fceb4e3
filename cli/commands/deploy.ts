import type { Command } from 'commander';
import { CliError } from '../errors.ts';
import { examples } from '../options.ts';
import { runScript } from '../run-script.ts';
import type { Session } from '../session.ts';

interface DeployOptions {
  stage?: string;
  profile?: string;
  yes?: boolean;
  diff?: boolean;
}

/** `storygate deploy`: the stacks go to AWS. The local run deploys itself. */
export function deployCommand(command: Command, session: Session): void {
  command
    .option('--stage <name>', 'stage of the stacks (default: STORYGATE_STAGE, else the configuration, else dev)')
    .option('--profile <name>', 'AWS profile (default: AWS_PROFILE)')
    .option('--diff', 'only show what would change')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      examples(
        ['storygate deploy --diff', 'what would change'],
        ['storygate deploy --stage prod', 'deploy another stage'],
      ),
    )
    .action((options: DeployOptions) => deploy(options, session));
}

async function deploy(options: DeployOptions, session: Session): Promise<void> {
  const code = await runScript('infra/deploy.ts', [
    options.diff ? 'diff' : 'deploy',
    ...(options.stage ? ['--stage', options.stage] : []),
    ...(options.profile ? ['--profile', options.profile] : []),
    ...(options.yes && !options.diff ? ['--require-approval', 'never'] : []),
  ]);
  if (code !== 0)
    throw new CliError('the deployment has failed; what cdk said is above', { exitCode: code === 130 ? 130 : 1 });
  if (!options.diff) session.terminal.line('Next: storygate doctor --target aws');
}
