import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { PROJECT_ROOT } from './functions.ts';

/** Everything that the cloud assembly is made from. What may be missing is skipped. */
const SOURCES = ['asl', 'infra', 'services', 'storygate.config.json', 'cdk.json', 'tsconfig.json', 'package-lock.json'];

function filesIn(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => `${entry.parentPath}/${entry.name}`);
}

/** Hash over names and contents of all sources, and over `stage`, which may come from outside them. */
export function sourceFingerprint(stage: string, root = PROJECT_ROOT): string {
  const hash = createHash('sha256').update(stage);
  const files = SOURCES.flatMap((source) => filesIn(`${root}${source}`)).sort();
  for (const file of files) {
    const content = readFileSync(file);
    hash.update(`\0${file.slice(root.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** Hash of one file; empty when there is none. */
export function fileFingerprint(file: string): string {
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : '';
}
