import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

/** Made from the rest, or of no use in a copy. */
const LEFT_OUT = ['node_modules', '.git', 'build', 'cdk.out', '.storygate', 'coverage', 'console', 'bench'];

/** A copy of this project to change at will. It shares the dependencies. */
export class ProjectCopy {
  readonly directory = mkdtempSync(join(tmpdir(), 'storygate-copy-'));

  constructor() {
    for (const name of readdirSync('.'))
      if (!LEFT_OUT.includes(name)) cpSync(name, join(this.directory, name), { recursive: true });
    symlinkSync(resolve('node_modules'), join(this.directory, 'node_modules'));
  }

  /** Runs a script of the copy, as its npm scripts do. @param options.nodeOptions what they set in NODE_OPTIONS */
  async run(script: string, args: readonly string[], options: { nodeOptions?: string } = {}) {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: this.directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], NODE_OPTIONS: options.nodeOptions ?? '' },
    });
    const [stdout, stderr, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    return { exitCode, stdout, stderr };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
