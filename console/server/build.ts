import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CliError } from '../../cli/errors.ts';
import { exclusively } from '../../infra/process-lock.ts';
import { DIST } from './static-files.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Everything that the page is made from besides its packages, whose versions the lock file has. */
const SOURCES = ['console/app', 'cli/executions', 'services/shared'];
const FILES = ['console/server/build.ts', 'console/build.ts', 'package-lock.json'];
const RECORD = `${DIST}/sources`;

/** Builds the page unless it is there and nothing it is made from has changed. Returns whether it was built. */
export async function buildOnce(): Promise<boolean> {
  const sources = fingerprint();
  if (isBuilt(sources)) return false;
  return exclusively(`${ROOT}build/console.lock`, async () => {
    if (isBuilt(sources)) return false; // by the process that held the lock
    // In a process of its own: the bundler takes memory that a server should not carry on.
    await promisify(execFile)(process.execPath, [`${ROOT}console/build.ts`], {
      cwd: ROOT,
      env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' },
    }).catch((cause: unknown) => {
      throw new CliError(`the console could not be built; npm run console:build shows why`, { cause });
    });
    writeFileSync(RECORD, sources);
    return true;
  });
}

function isBuilt(sources: string): boolean {
  return existsSync(RECORD) && readFileSync(RECORD, 'utf8') === sources;
}

function fingerprint(): string {
  const hash = createHash('sha256');
  const inFolders = SOURCES.flatMap((folder) =>
    readdirSync(`${ROOT}${folder}`, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`),
  );
  for (const file of [...inFolders.sort(), ...FILES.map((name) => `${ROOT}${name}`)])
    hash.update(`\0${file.slice(ROOT.length)}\0`).update(readFileSync(file));
  return hash.digest('hex');
}
