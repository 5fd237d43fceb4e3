import { type Command, Option } from 'commander';
import { type Synthesis, SynthesisError, synthesize } from '../../infra/synthesize.ts';
import { AssemblyError } from '../../local/assembly/assembly-error.ts';
import { MovableClock, SystemClock, shiftDate } from '../../local/clock.ts';
import { DataDirectoryError } from '../../local/data-directory-error.ts';
import { BindingError } from '../../local/gateway/http-server.ts';
import { PolicyError } from '../../local/iam/policy.ts';
import { ProvisionError } from '../../local/provision/provision-error.ts';
import { type Runtime, startRuntime } from '../../local/runtime.ts';
import { formatFinding } from '../../preflight/finding.ts';
import { preflightOnce } from '../../preflight/once.ts';
import { DEFAULT_DEMO, DEMO_NAMES, type DemoName, runDemo } from '../demo/demos.ts';
import { CliError } from '../errors.ts';
import { openLocalConsole } from '../open-local-console.ts';
import { port } from '../options.ts';
import type { Session } from '../session.ts';
import { duration, type Terminal } from '../terminal.ts';

/** What keeps a runtime from starting and is said in one line already. */
const START_ERRORS = [AssemblyError, DataDirectoryError, ProvisionError, PolicyError, BindingError];

interface DevOptions {
  demo?: DemoName | false;
  exit?: boolean;
  port: number;
  dataDir: string;
  ephemeral?: boolean;
  stack?: string[];
  console: boolean;
  consolePort: number;
  movableClock?: boolean;
  functionOutput?: boolean;
  json?: boolean;
}

/** `storygate dev`: synthesizes the app and runs it on this machine until it is stopped. */
export function devCommand(command: Command, session: Session): void {
  command
    .addOption(
      new Option('--demo [workflow]', 'run a workflow with real input and show what happens')
        .choices(DEMO_NAMES)
        .preset(DEFAULT_DEMO),
    )
    .option('--no-demo', 'only start (the default)')
    .option('--port <number>', 'port on 127.0.0.1; 0 takes a free one', port, 4566)
    .option('--data-dir <directory>', 'where state is kept between runs', '.storygate')
    .option('--ephemeral', 'keep state in memory only')
    .option('--stack <name...>', 'only these stacks (default: all stacks of the app)')
    .option('--console-port <number>', 'port of the console on 127.0.0.1 (default: 0 takes a free one)', port, 0)
    .option('--no-console', 'do not serve the console')
    .option('--function-output', 'show what the functions log')
    .option('--movable-clock', 'let POST /_storygate/clock {"advanceMs":…} move time ahead')
    .addOption(new Option('--exit', 'end with the demo').implies({ demo: DEFAULT_DEMO }).conflicts('json'))
    .option('--json', 'print one line of JSON when ready, nothing else')
    .action((options: DevOptions) => dev(options, session));
}

async function dev(options: DevOptions, session: Session): Promise<void> {
  const { terminal } = session;
  const say = options.json ? undefined : terminal;
  const assembly = await prepareAssembly(say);
  const runtime = await start(assembly, options, say);
  stopOnSignals(runtime);
  if (options.json)
    return terminal.line(
      JSON.stringify({ endpoint: runtime.endpoint, stacks: runtime.stacks.map(({ name }) => name) }),
    );
  if (options.functionOutput)
    runtime.logs.onAppend(({ group, message }) => terminal.line(`${terminal.style('dim', group)} ${message}`));
  if (options.demo) await demonstrate(options.demo, session, runtime, options);
  if (options.exit) return;
  const consoleUrl = options.console ? await consoleOf(runtime, options) : undefined;
  printWelcome(runtime, options, terminal, consoleUrl);
}

async function demonstrate(demo: DemoName, session: Session, runtime: Runtime, { exit }: DevOptions): Promise<void> {
  await orClose(runtime, runDemo(demo, session, runtime));
  if (exit) await runtime.close();
}

function consoleOf(runtime: Runtime, { consolePort }: DevOptions): Promise<string | undefined> {
  return orClose(runtime, openLocalConsole(runtime, consolePort));
}

/** What fails ends the run, so that its exit code is seen. */
async function orClose<T>(runtime: Runtime, step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    await runtime.close();
    throw error;
  }
}

/** Synthesizes when something has changed, and says what AWS would refuse. Findings stop nothing: provisioning does. */
async function prepareAssembly(terminal: Terminal | undefined): Promise<string> {
  const began = performance.now();
  const { outDir, reused } = await synthesized();
  const findings = await preflightOnce(outDir);
  terminal?.heading('Storygate');
  const done = reused ? 'Cloud assembly is up to date' : 'Synthesized the cloud assembly';
  terminal?.done(done, duration(performance.now() - began));
  for (const finding of findings) terminal?.warn(formatFinding(finding));
  return outDir;
}

async function synthesized(): Promise<Synthesis> {
  try {
    return await synthesize({ quiet: true });
  } catch (error) {
    throw error instanceof SynthesisError ? new CliError(error.message, { cause: error }) : error;
  }
}

async function start(assembly: string, options: DevOptions, terminal: Terminal | undefined): Promise<Runtime> {
  const began = performance.now();
  try {
    const runtime = await startRuntime({
      assembly,
      clock: clockOf(options),
      port: options.port,
      ...(!options.ephemeral && { dataDir: options.dataDir }),
      ...(options.stack && { stacks: options.stack }),
    });
    terminal?.done(`Local runtime at ${runtime.endpoint}`, duration(performance.now() - began));
    return runtime;
  } catch (error) {
    throw START_ERRORS.some((known) => error instanceof known) && error instanceof Error
      ? new CliError(error.message, { cause: error })
      : error;
  }
}

function clockOf(options: DevOptions): SystemClock | MovableClock {
  if (!options.movableClock) return new SystemClock();
  const clock = new MovableClock();
  shiftDate(clock.offset); // the emulators in this process ask the system for the time
  return clock;
}

function stopOnSignals(runtime: Runtime): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      runtime.close().then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`storygate: could not stop cleanly: ${error}\n`);
          process.exit(1);
        },
      );
    });
}

function printWelcome(runtime: Runtime, options: DevOptions, terminal: Terminal, consoleUrl?: string): void {
  const outputs = runtime.stacks.flatMap((stack) => stack.outputs);
  const output = (wanted: string) => outputs.find(({ key }) => key === wanted)?.value;
  terminal.heading('Running');
  terminal.line(`  Endpoint      ${runtime.endpoint}   any credentials, region us-east-1`);
  if (consoleUrl) terminal.line(`  Console       ${consoleUrl}`);
  const callback = output('CallbackApiEndpoint');
  if (callback) terminal.line(`  Callback URL  ${callback}`);
  terminal.line(`  State         ${options.ephemeral ? 'in memory, gone when this stops' : options.dataDir}`);
  const bucket = output('S3BucketName');
  if (bucket) printNextSteps(runtime.endpoint, bucket, terminal);
  terminal.line('\nCtrl-C stops it.');
}

function printNextSteps(endpoint: string, bucket: string, terminal: Terminal): void {
  terminal.heading('Try next, in another terminal');
  terminal.line(
    `  export AWS_ENDPOINT_URL=${endpoint} AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`,
  );
  terminal.line(`  aws s3 cp examples/workflow-input.json s3://${bucket}/inputs/mine.json   # starts a gate`);
  terminal.line('  npx storygate gates                                                  # what waits for which story');
  terminal.line('  npx storygate answer PROJ-12345 approve --message "ship it"          # answer as Jira would');
}
