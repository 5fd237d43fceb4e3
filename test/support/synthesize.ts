import { execFileSync } from 'node:child_process';

/** Once before all tests: the assembly that the e2e and template tests read. Nothing to do when nothing changed. */
export default function synthesize(): void {
  execFileSync(process.execPath, ['infra/synth.ts', '--quiet'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
}
