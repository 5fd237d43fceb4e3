import type { Command } from 'commander';
import { loadConfig } from '../../infra/config.ts';
import { CliError } from '../errors.ts';
import { examples } from '../options.ts';
import { runScript } from '../run-script.ts';
import type { Session } from '../session.ts';

interface DestroyOptions {
  stage?: string;
  profile?: string;
  yes?: boolean;
}

/** `storygate destroy`: the stacks of a stage go, with their data unless the stage retains it. */
export function destroyCommand(command: Command, session: Session): void {
  command
    .option('--stage <name>', 'stage of the stacks (default: STORYGATE_STAGE, else the configuration, else dev)')
    .option('--profile <name>', 'AWS profile (default: AWS_PROFILE)')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      examples(['storygate destroy --stage dev', 'asks first'], ['rm -r .storygate', 'all data of the local run']),
    )
    .action((options: DestroyOptions) => destroy(options, session));
}

async function destroy(options: DestroyOptions, session: Session): Promise<void> {
  const { stage, retainData } = loadConfig(options.stage ?? session.io.env['STORYGATE_STAGE']);
  const data = retainData ? 'Its data is kept.' : 'Its bucket, tables and queues go with all that is in them.';
  await session.confirm(`Remove the stacks of stage ${stage} from AWS? ${data}`, options);
  const profile = options.profile ? ['--profile', options.profile] : [];
  const code = await runScript('infra/deploy.ts', ['destroy', '--stage', stage, '--force', ...profile]);
  if (code !== 0)
    throw new CliError('the stacks could not be removed; what cdk said is above', { exitCode: code === 130 ? 130 : 1 });
}
