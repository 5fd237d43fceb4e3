import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { fileFingerprint, sourceFingerprint } from './fingerprint.ts';
import { keepFormerAssets } from './former-assets.ts';
import { FUNCTION_ENTRIES, FUNCTIONS_DIRECTORY, PROJECT_ROOT } from './functions.ts';
import { exclusively } from './process-lock.ts';

export interface SynthesizeOptions {
  /** Where the cloud assembly goes, replaced as a whole. Default: `cdk.out` at the project's root. */
  outDir?: string;
  /** Default: STORYGATE_STAGE, else what the configuration file says, else dev. */
  stage?: string;
  /** Keeps warnings of a successful synthesis off stderr. */
  quiet?: boolean;
}

export interface Synthesis {
  /** Absolute path of the cloud assembly. */
  outDir: string;
  /** True when nothing had changed and the assembly at hand was kept. */
  reused: boolean;
  /** Size of each function's bundle, in bytes. */
  bundles: Record<string, number>;
}

/** The templates could not be made. The message is what the person who changed something needs to see. */
export class SynthesisError extends Error {
  override readonly name = 'SynthesisError';
}

const recordSchema = z.object({
  sources: z.string(),
  manifest: z.string(),
  bundles: z.record(z.string(), z.number()),
  /** Assets of earlier assemblies that are kept, with the time they were replaced in epoch milliseconds. */
  former: z.record(z.string(), z.number()).default({}),
});
type SynthesisRecord = z.infer<typeof recordSchema>;
const RECORD = 'storygate.json';

/**
 * Bundles the functions and writes the cloud assembly, unless it is there already and nothing it is made from has changed.
 * The work is done in a process of its own: `aws-cdk-lib` takes 150 MB that a caller should not carry on.
 * @throws SynthesisError
 */
export async function synthesize(options: SynthesizeOptions = {}): Promise<Synthesis> {
  const outDir = resolve(PROJECT_ROOT, options.outDir ?? 'cdk.out');
  const stage = options.stage ?? process.env['STORYGATE_STAGE'] ?? '';
  const sources = sourceFingerprint(stage);
  const atHand = reusable(outDir, sources);
  if (atHand) return { outDir, reused: true, bundles: atHand.bundles };
  return exclusively(`${PROJECT_ROOT}build/synth.lock`, async () => {
    const made = reusable(outDir, sources); // by the process that held the lock
    return made
      ? { outDir, reused: true, bundles: made.bundles }
      : replaceAssembly(outDir, stage, sources, options.quiet);
  });
}

/** The manifest is part of the check, because `cdk` itself may have written another stage into the same directory. */
function reusable(outDir: string, sources: string): SynthesisRecord | undefined {
  const record = recordOf(outDir);
  if (record?.sources !== sources) return undefined;
  return record.manifest === fileFingerprint(`${outDir}/manifest.json`) ? record : undefined;
}

function recordOf(outDir: string): SynthesisRecord | undefined {
  const file = `${outDir}/${RECORD}`;
  return existsSync(file) ? recordSchema.safeParse(parseOrUndefined(readFileSync(file, 'utf8'))).data : undefined;
}

function parseOrUndefined(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // a damaged record is the same as none: synthesize again
  }
}

/** Writes beside the old assembly and swaps: a synthesis that fails leaves the old one as it was. */
async function replaceAssembly(outDir: string, stage: string, sources: string, quiet = false): Promise<Synthesis> {
  if (existsSync(outDir) && readdirSync(outDir).length > 0 && !existsSync(`${outDir}/manifest.json`))
    throw new SynthesisError(`${outDir}: is not empty and holds no cloud assembly; it will not be overwritten`);
  const fresh = `${PROJECT_ROOT}build/cdk.out-${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  try {
    const warnings = await runApp(fresh, stage);
    if (!quiet) process.stderr.write(warnings);
    const former = keepFormerAssets(outDir, fresh, recordOf(outDir)?.former ?? {});
    const record = { sources, manifest: fileFingerprint(`${fresh}/manifest.json`), bundles: bundleSizes(), former };
    writeFileSync(`${fresh}/${RECORD}`, JSON.stringify(record));
    swap(fresh, outDir);
    return { outDir, reused: false, bundles: record.bundles };
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Two renames, so that a runtime that is up finds its functions' code at any moment but between them. */
function swap(fresh: string, outDir: string): void {
  const former = `${fresh}-former`;
  mkdirSync(dirname(outDir), { recursive: true });
  if (existsSync(outDir)) renameSync(outDir, former);
  renameSync(fresh, outDir);
  rmSync(former, { recursive: true, force: true });
}

function bundleSizes(): Record<string, number> {
  const sizes = Object.keys(FUNCTION_ENTRIES).map((name) => [
    name,
    statSync(`${FUNCTIONS_DIRECTORY}/${name}/index.mjs`).size,
  ]);
  return Object.fromEntries(sizes);
}

/** Runs the app as the `cdk` command would. @returns what it wrote to stderr */
async function runApp(outDir: string, stage: string): Promise<string> {
  const { context } = z
    .object({ context: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(readFileSync(`${PROJECT_ROOT}cdk.json`, 'utf8')));
  const app = spawn(process.execPath, ['infra/app.ts'], {
    cwd: PROJECT_ROOT,
    env: {
      ...process.env,
      CDK_OUTDIR: outDir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...(stage && { stage }) }),
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const exit = new Promise<number | null>((settle, reject) => app.once('error', reject).once('close', settle));
  const [stderr, code] = await Promise.all([text(app.stderr), exit]);
  if (code !== 0) throw new SynthesisError(stderr.trim() || `infra/app.ts ended with code ${code} and said nothing`);
  return stderr;
}
