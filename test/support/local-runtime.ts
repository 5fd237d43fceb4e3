import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { z } from 'zod';

const ready = z.object({ endpoint: z.url(), stacks: z.array(z.string()) });

/** Credentials as a developer would have: any will do, they make the caller the local admin. */
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

export interface LocalRuntime {
  endpoint: string;
  /** What an SDK client needs to talk to it. */
  client: { endpoint: string; region: string; credentials: typeof credentials };
  /** The outputs of a stack by key. */
  outputs(stackName: string): Promise<Record<string, string>>;
  /** Moves the runtime's time ahead. */
  advance(milliseconds: number): Promise<void>;
  /** `kill -9`: nothing gets a chance to be written. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the real `storygate dev` as its users do, in a process of its own, with a clock that can be moved.
 * In memory unless `dataDir` is given; on a free port.
 */
export async function startLocalRuntime(options: { dataDir?: string; args?: string[] } = {}): Promise<LocalRuntime> {
  const storage = options.dataDir ? ['--data-dir', options.dataDir] : ['--ephemeral'];
  const child = spawn(
    process.execPath,
    ['cli/storygate.js', 'dev', '--port', '0', '--movable-clock', '--json', ...storage, ...(options.args ?? [])],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  const { endpoint } = ready.parse(JSON.parse(await firstLine(child)));
  const client = { endpoint, region: 'us-east-1', credentials };
  return {
    endpoint,
    client,
    outputs: (stackName) => stackOutputs(new CloudFormationClient(client), stackName),
    advance: (milliseconds) => post(`${endpoint}/_storygate/clock`, { advanceMs: milliseconds }),
    kill: () => end(child, 'SIGKILL'),
    stop: () => end(child, 'SIGTERM'),
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  const errors: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  if (!child.stdout) throw new Error('the runtime has no standard output');
  for await (const line of createInterface({ input: child.stdout })) {
    child.stdout.resume();
    return line;
  }
  throw new Error(`the runtime ended before it was ready:\n${errors.join('')}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}

/** The outputs of a stack by key. */
export async function stackOutputs(client: CloudFormationClient, stackName: string): Promise<Record<string, string>> {
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
  const outputs = Stacks?.[0]?.Outputs ?? [];
  return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}
