import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import type { LocalRuntime } from '../support/local-runtime.ts';

const execute = promisify(execFile);

/** Since these releases the CLI speaks SQS's JSON protocol. */
const RECENT: Readonly<Record<number, readonly [minor: number, patch: number]>> = { 1: [29, 64], 2: [13, 28] };

/** Why the `aws` on the PATH cannot take part, if so. */
export function unusableCli(): string | undefined {
  const { stdout, error } = spawnSync('aws', ['--version'], { encoding: 'utf8' });
  if (error) return 'there is no aws on the PATH';
  const [, major = 0, minor = 0, patch = 0] = /^aws-cli\/(\d+)\.(\d+)\.(\d+)/.exec(stdout)?.map(Number) ?? [];
  const [leastMinor, leastPatch] = RECENT[major] ?? [0, 0];
  const recent = minor > leastMinor || (minor === leastMinor && patch >= leastPatch);
  return recent ? undefined : `aws ${major}.${minor}.${patch} is older than ${major}.${leastMinor}.${leastPatch}`;
}

/** The AWS CLI as a person has it who exported `AWS_ENDPOINT_URL`. */
export class AwsCli {
  readonly #endpoint: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor({ endpoint }: LocalRuntime) {
    this.#endpoint = endpoint;
    this.#env = {
      PATH: process.env['PATH'],
      HOME: '/nowhere', // no configuration of the machine
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
      AWS_PAGER: '',
      AWS_EC2_METADATA_DISABLED: 'true',
      PYTHONWARNINGS: 'ignore',
    };
  }

  /** What a command prints. @param command words separated by spaces @param more further arguments, which may hold spaces */
  async text(command: string, ...more: string[]): Promise<string> {
    // Version 1 of the CLI overrides AWS_ENDPOINT_URL for SQS (its `overridesslcommonname`), but not the option.
    const endpoint = command.startsWith('sqs ') ? ['--endpoint-url', this.#endpoint] : [];
    const { stdout } = await execute('aws', [...command.split(' '), ...more, ...endpoint], { env: this.#env });
    return stdout.trim();
  }

  /** What a command prints as JSON. The caller knows its shape. */
  async json(command: string, ...more: string[]) {
    return JSON.parse(await this.text(command, ...more, '--output', 'json'));
  }

  /** What a command that fails prints as its error. */
  async failure(command: string, ...more: string[]): Promise<string> {
    try {
      await this.text(command, ...more);
    } catch (error) {
      return String(Object(error).stderr).trim();
    }
    throw new Error(`aws ${command} did not fail`);
  }
}
