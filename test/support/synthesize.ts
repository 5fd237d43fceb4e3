import { execFileSync } from 'node:child_process';
import { onAws } from './test-target.ts';

/** Once before all tests: the assembly that the e2e and template tests read. Nothing to do when nothing changed. */
export default function synthesize(): void {
  if (onAws) return; // what is tested is deployed already
  execFileSync(process.execPath, ['infra/synth.ts', '--quiet'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
}
