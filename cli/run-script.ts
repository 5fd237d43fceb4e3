import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs a script of this project with the terminal to itself. @returns its exit code */
export function runScript(script: string, args: readonly string[]): Promise<number> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  // Ctrl-C reaches the child by itself, since it shares the terminal; this process waits for how it ends.
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject).once('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  return promise.finally(() => process.off('SIGINT', ignore));
}
