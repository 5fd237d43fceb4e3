import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Hash (base64, as Lambda's `CodeSha256`) and size of all files below a directory. Throws when it is missing or empty. */
export function codeDigest(directory: string): { sha256: string; size: number } {
  const hash = createHash('sha256');
  let size = 0;
  for (const path of filesOf(directory)) {
    const content = readFileSync(path);
    size += content.length;
    hash.update(`${relative(directory, path)}\n${content.length}\n`).update(content);
  }
  if (size === 0) throw new Error(`${directory} holds no code: run npm run synth.`);
  return { sha256: hash.digest('base64'), size };
}

function filesOf(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
