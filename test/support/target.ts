import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { describe } from '@jest/globals';
import { findTarget } from '../../cli/target.ts';
import { pause } from './eventually.ts';
import { type LocalRuntime, stackOutputs, startLocalRuntime } from './local-runtime.ts';
import { onAws } from './test-target.ts';

/** AWS's clock and this one may differ by this much. */
const CLOCK_SKEW_MS = 60_000;

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** What every SDK client is made with. Clients find the endpoint of AWS by themselves. */
export interface ClientSettings {
  endpoint?: string;
  region: string;
  credentials: Credentials | (() => Promise<Credentials>);
}

/** The stacks under test, as far as a test may know them that also runs against a deployment. */
export interface Target {
  client: ClientSettings;
  /** What the names of its stacks begin with. Default: `storygate-dev`. */
  prefix?: string;
  /** When the run began, where others may have run before it. */
  since?: Date;
  /** The outputs of a stack by key. */
  outputs(stackName: string): Promise<Record<string, string>>;
  /** Takes away at the end what a test leaves; absent where everything goes with the runtime. */
  onStop?: (cleanUp: () => Promise<unknown>) => void;
  stop(): Promise<void>;
}

/** A target of tests that run locally and against AWS. */
export interface AnyTarget extends Target {
  prefix: string;
  /** Jira project of this run: nothing that an earlier run has left has one of its stories. */
  project: string;
  /** In keys and names that no earlier run has used; digits. */
  run: string;
  /** Lets this time pass: moves the clock of a local runtime, looks again a little later in AWS, where time passes by itself. */
  pass(milliseconds: number): Promise<void>;
  /** The local runtime, for what only one can do. Undefined in AWS; see `locally`. */
  local: LocalRuntime | undefined;
}

/**
 * A local runtime of its own, or with STORYGATE_TEST_TARGET=aws the deployment that the environment names: AWS_PROFILE,
 * AWS_REGION (or whatever else the SDK takes credentials from), and STORYGATE_STAGE.
 */
export async function startTarget(options: { args?: string[] } = {}): Promise<AnyTarget> {
  return onAws ? deployed() : local(await startLocalRuntime(options));
}

/** Tests that only a local runtime can run. Against AWS they are skipped, and the report says why. */
export function locally(because: string, tests: () => void): void {
  if (onAws) describe.skip(`local only, ${because}`, tests);
  else tests();
}

function local(runtime: LocalRuntime): AnyTarget {
  return { ...runtime, prefix: 'storygate-dev', project: 'PROJ', run: '', pass: runtime.advance, local: runtime };
}

async function deployed(): Promise<AnyTarget> {
  const { settings, prefix } = await findTarget({ target: 'aws' }, { env: process.env });
  const cloudFormation = new CloudFormationClient(settings);
  const { region, credentials } = cloudFormation.config;
  const cleanUps: (() => Promise<unknown>)[] = [];
  const since = new Date(Date.now() - CLOCK_SKEW_MS);
  return {
    client: { ...settings, region: await region(), credentials },
    prefix,
    since,
    project: `T${since.getTime().toString(36).toUpperCase()}`,
    run: String(since.getTime()),
    pass: pause,
    local: undefined,
    outputs: (stackName) => stackOutputs(cloudFormation, stackName),
    onStop: (cleanUp) => void cleanUps.unshift(cleanUp),
    stop: async () => {
      for (const cleanUp of cleanUps) await cleanUp();
    },
  };
}
