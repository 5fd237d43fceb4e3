import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const ready = z.object({ endpoint: z.url() });

/** One port for all starts, as people have it: with another address all definitions would be new. */
let port: number | undefined;
async function freePort(): Promise<number> {
  if (port !== undefined) return port;
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 4566;
  server.close();
  return port;
}

/** A runtime in a process of its own, started as its users start it, with state on disk. */
export class MeasuredRuntime {
  readonly endpoint: string;
  /** Milliseconds from the start of the process to its first answer. */
  readonly readyMs: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, endpoint: string, readyMs: number) {
    this.#child = child;
    this.endpoint = endpoint;
    this.readyMs = readyMs;
  }

  /** @param flags of Node, such as `--cpu-prof` */
  static async start(dataDir: string, flags: readonly string[] = []): Promise<MeasuredRuntime> {
    const began = performance.now();
    const child = spawn(
      process.execPath,
      [...flags, 'cli/storygate.js', 'dev', '--port', String(await freePort()), '--json', '--data-dir', dataDir],
      { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
    );
    const line = await firstLine(child);
    const { endpoint } = ready.parse(JSON.parse(line));
    return new MeasuredRuntime(child, endpoint, performance.now() - began);
  }

  /** What every SDK client gets. */
  get client() {
    const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
    return { endpoint: this.endpoint, region: 'us-east-1', credentials };
  }

  /** Resident memory in bytes. Linux only. */
  get memory(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('the runtime has no standard output');
  for await (const line of createInterface({ input: stdout })) {
    stdout.resume();
    return line;
  }
  throw new Error('the runtime ended before it was ready');
}
