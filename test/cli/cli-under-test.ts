import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { type LocalRuntime, startLocalRuntime } from '../support/local-runtime.ts';
import { type CliOptions, type CliRun, runCli } from './run-cli.ts';

/** The command line against a local run of its own, with a directory for its files. */
export class CliUnderTest {
  readonly runtime: LocalRuntime;
  readonly directory: string;

  private constructor(runtime: LocalRuntime, directory: string) {
    this.runtime = runtime;
    this.directory = directory;
  }

  /** @param args of `storygate dev` */
  static async start(args: string[] = ['--stack', 'storygate-dev-release-gate']): Promise<CliUnderTest> {
    const directory = await mkdtemp(join(tmpdir(), 'storygate-cli-'));
    return new CliUnderTest(await startLocalRuntime({ args }), directory);
  }

  async stop(): Promise<void> {
    await this.runtime.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  run(argv: readonly string[], options: CliOptions = {}): Promise<CliRun> {
    return runCli(argv, { ...options, env: { STORYGATE_ENDPOINT: this.runtime.endpoint, ...options.env } });
  }

  /** What a command says with `--json`; fails when the command does. */
  async json(...argv: string[]) {
    const { exitCode, stdout, stderr } = await this.run([...argv, '--json']);
    if (exitCode !== 0) throw new Error(`${argv.join(' ')} ended with ${exitCode}: ${stderr}`);
    return JSON.parse(stdout);
  }

  /** Writes a file into the directory. Returns its path. */
  async file(name: string, content: string): Promise<string> {
    const file = join(this.directory, name);
    await writeFile(file, content);
    return file;
  }

  workflowFile(jiraStoryId: string, further: object = {}): Promise<string> {
    return this.file(`${jiraStoryId}.json`, JSON.stringify({ jiraStoryId, packageIds: ['pkg-001'], ...further }));
  }

  /** Starts a gate and lets it come to its pause. Returns the name of its execution. */
  async waitingGate(story: string, further: object = {}): Promise<string> {
    const { executionName } = await this.json('start', await this.workflowFile(story, further));
    await this.paused(story);
    return executionName;
  }

  async paused(story: string): Promise<void> {
    await eventually(`${story} waiting`, async () =>
      (await this.json('gates')).gates.some((gate: { jiraStoryId: string }) => gate.jiraStoryId === story)
        ? true
        : undefined,
    );
  }
}
