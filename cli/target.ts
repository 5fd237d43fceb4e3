import * as z from 'zod/mini';
import { loadConfig } from '../infra/config.ts';
import type { Io } from './io.ts';

/** The options by which every command finds its target. */
export interface TargetOptions {
  target?: 'local' | 'aws';
  endpoint?: string;
  stage?: string;
  /** Name of the release gate's stack. */
  stack?: string;
  region?: string;
  profile?: string;
}

/** What every SDK client is made with; that is all in which AWS and the local run differ. */
export interface ClientSettings {
  endpoint?: string;
  region?: string;
  profile?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
  /** S3 behind an address of its own has no host names for buckets. */
  forcePathStyle?: boolean;
  maxAttempts: number;
  requestHandler: { connectionTimeout: number; requestTimeout: number; throwOnRequestTimeout: boolean };
}

/** Where the stacks are: AWS, or the local run. */
export interface Target {
  kind: 'local' | 'aws';
  /** For people: `the local run at http://127.0.0.1:4566`, `AWS (eu-west-1)`. */
  name: string;
  stage: string;
  /** What the names of its stacks begin with: `storygate-dev`. */
  prefix: string;
  settings: ClientSettings;
  /** How often something that changes is looked at: AWS limits such calls, the local run does not. */
  pollMs: number;
}

const LOCAL_ENDPOINT = 'http://127.0.0.1:4566';
/** The runtime answers its health check in a millisecond; nobody should wait for one that is not there. */
const HEALTH_TIMEOUT_MS = 500;
const Health = z.object({ product: z.literal('storygate') });
/** Any credentials do: they make their user the local administrator. */
const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
const PATIENCE = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
};

/** Finds the target: as the options say; else the local run when it answers; else AWS as the environment has it. */
export async function findTarget(options: TargetOptions, { env }: Pick<Io, 'env'>): Promise<Target> {
  const { name, stage } = loadConfig(options.stage ?? env['STORYGATE_STAGE']);
  const stacks = { stage, prefix: `${name}-${stage}` };
  const endpoint = options.endpoint ?? env['STORYGATE_ENDPOINT'];
  if (options.target !== 'aws') {
    const local = endpoint ?? LOCAL_ENDPOINT;
    if (options.target === 'local' || endpoint || (await answers(local))) return localTarget(local, stacks);
  }
  const { region = env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'], profile = env['AWS_PROFILE'] } = options;
  const settings = { ...PATIENCE, ...(region && { region }), ...(profile && { profile }) };
  const where = [region, profile && `profile ${profile}`].filter(Boolean).join(', ');
  return { kind: 'aws', name: where ? `AWS (${where})` : 'AWS', ...stacks, settings, pollMs: 1_000 };
}

function localTarget(endpoint: string, stacks: Pick<Target, 'stage' | 'prefix'>): Target {
  return {
    kind: 'local',
    name: `the local run at ${endpoint}`,
    ...stacks,
    settings: { ...PATIENCE, endpoint, region: 'us-east-1', credentials: LOCAL_CREDENTIALS, forcePathStyle: true },
    pollMs: 50,
  };
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    const response = await fetch(`${endpoint}/_storygate/health`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    return z.safeParse(Health, await response.json()).success;
  } catch {
    return false; // nothing runs there, or something else does
  }
}
