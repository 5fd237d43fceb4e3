import { existsSync, rmSync } from 'node:fs';
import { build } from 'esbuild';
import { FUNCTION_ENTRIES, FUNCTIONS_DIRECTORY, PROJECT_ROOT } from './functions.ts';

/** Cold starts grow with the bundle, so a dependency that blows it up must be noticed when it is added. */
const LARGEST_BUNDLE_BYTES = 400_000;

/** A function cannot be bundled, or not small enough. One line each. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

export interface BundleOptions {
  /** Function name → entry file, relative to `root`. Default: every function that deploys. */
  entries?: Readonly<Record<string, string>>;
  /** Gets `<name>/index.mjs` for each function. Replaced as a whole. Default: `build/functions`. */
  outDir?: string;
  root?: string;
  limitBytes?: number;
}

/**
 * Bundles every function on its own, with all it needs (the AWS SDK too: what Lambda's image brings changes without notice,
 * and loads slower).
 * @returns the size of each bundle, in bytes
 * @throws BundleError for a missing entry, a build error or a bundle above the limit
 */
export async function bundleFunctions(options: BundleOptions = {}): Promise<Record<string, number>> {
  const { entries = FUNCTION_ENTRIES, outDir = FUNCTIONS_DIRECTORY, root = PROJECT_ROOT } = options;
  const missing = Object.entries(entries).filter(([, entry]) => !existsSync(`${root}${entry}`));
  if (missing.length > 0)
    throw new BundleError(
      missing.map(([name, entry]) => `function ${name}: its entry ${entry} does not exist`).join('\n'),
    );
  rmSync(outDir, { recursive: true, force: true });
  const { metafile } = await esbuild(entries, outDir, root);
  const bytesOf = new Map(Object.values(metafile.outputs).map(({ entryPoint, bytes }) => [entryPoint, bytes]));
  const sizes = Object.entries(entries).map(([name, entry]) => [name, bytesOf.get(entry) ?? 0] as const);
  refuseLarge(sizes, options.limitBytes ?? LARGEST_BUNDLE_BYTES);
  return Object.fromEntries(sizes);
}

async function esbuild(entries: Readonly<Record<string, string>>, outdir: string, absWorkingDir: string) {
  try {
    return await build({
      absWorkingDir,
      entryPoints: Object.entries(entries).map(([name, entry]) => ({ in: entry, out: `${name}/index` })),
      outdir,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      mainFields: ['module', 'main'], // the SDK's ESM builds can be tree-shaken, its CommonJS builds cannot
      // In Lambda the role's key is always in the environment. The SDK's chain of providers (SSO, INI, IMDS, …) is 110 KB of dead weight.
      alias: { '@aws-sdk/credential-provider-node': './services/shared/environment-credentials.ts' },
      legalComments: 'none',
      metafile: true,
      logLevel: 'silent',
    });
  } catch (error) {
    throw new BundleError(explain(error), { cause: error });
  }
}

function explain(error: unknown): string {
  const failures = typeof error === 'object' && error !== null && 'errors' in error ? error.errors : undefined;
  if (!Array.isArray(failures)) return String(error);
  return failures
    .map(({ text, location }) => (location ? `${location.file}:${location.line}: ${text}` : text))
    .join('\n');
}

function refuseLarge(sizes: readonly (readonly [string, number])[], limitBytes: number): void {
  const large = sizes.filter(([, bytes]) => bytes > limitBytes);
  if (large.length === 0) return;
  throw new BundleError(
    large
      .map(
        ([name, bytes]) =>
          `function ${name}: its bundle has ${kilobytes(bytes)} KB, at most ${kilobytes(limitBytes)} KB are allowed`,
      )
      .join('\n'),
  );
}

const kilobytes = (bytes: number) => (bytes / 1000).toFixed(1);

/** The sizes as a table for people: one line a function. */
export function sizeTable(bundles: Readonly<Record<string, number>>): string {
  const width = Math.max(...Object.keys(bundles).map((name) => name.length));
  return Object.entries(bundles)
    .map(([name, bytes]) => `  ${name.padEnd(width)}  ${kilobytes(bytes).padStart(7)} KB`)
    .join('\n');
}
