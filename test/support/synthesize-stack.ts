import { execFileSync } from 'node:child_process';

const SCRIPT = `
  import { readFileSync } from 'node:fs';
  import { App } from 'aws-cdk-lib';
  import { parseConfig } from './infra/config.ts';
  import { ReleaseGateStack } from './infra/release-gate-stack.ts';
  const [outdir, settings] = process.argv.slice(1);
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  const app = new App({ analyticsReporting: false, outdir, context });
  new ReleaseGateStack(app, parseConfig(JSON.parse(settings)));
  app.synth();`;

/** Writes the assembly of a release gate with these settings, in a process of its own: `aws-cdk-lib` loads slowly in a test. */
export function synthesizeGate(outdir: string, settings: object): void {
  const args = ['--input-type=module', '-e', SCRIPT, outdir, JSON.stringify(settings)];
  execFileSync(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
}
