import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { ConfigError, loadConfig } from './config.ts';
import { PROJECT_ROOT } from './functions.ts';
import { localOnly } from './local-only.ts';
import { SynthesisError, synthesize } from './synthesize.ts';

/**
 * `npm run deploy`, `npm run destroy` and `npm run diff`, each with `-- [--stage <stage>] [options of cdk]`:
 * synthesizes and hands the assembly to `cdk`, so that what deploys is what runs locally, byte by byte.
 */
async function main([command, ...args]: string[]): Promise<number> {
  if (command !== 'deploy' && command !== 'destroy' && command !== 'diff') {
    console.error(`${command ?? 'no command'}: expected deploy, destroy or diff`);
    return 1;
  }
  const { stage, rest } = takeStage(args);
  if (stage === '') {
    console.error('--stage: expected the name of a stage, such as prod');
    return 1;
  }
  const problem = command === 'deploy' ? localOnly(loadConfig(stage)) : undefined;
  if (problem !== undefined) {
    console.error(problem);
    return 1;
  }
  const { outDir } = await synthesize(stage === undefined ? {} : { stage });
  const cdk = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');
  const { status } = spawnSync(process.execPath, [cdk, command, '--app', outDir, '--all', ...rest], {
    cwd: PROJECT_ROOT,
    stdio: 'inherit',
  });
  return status ?? 1;
}

/** Takes `--stage x` or `--stage=x` out of the arguments; `cdk` knows no stages. */
function takeStage(args: readonly string[]): { stage: string | undefined; rest: string[] } {
  const at = args.findIndex((arg) => arg === '--stage' || arg.startsWith('--stage='));
  const option = args[at];
  if (option === undefined) return { stage: undefined, rest: [...args] };
  const inline = option.split('=')[1];
  return { stage: inline ?? args[at + 1] ?? '', rest: args.toSpliced(at, inline === undefined ? 2 : 1) };
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SynthesisError || error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
