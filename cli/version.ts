import { readFileSync } from 'node:fs';

/** The version of this program, as its package says. Without a parser of schemas, which no help text should wait for. */
export function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return /^ {2}"version": "([^"]+)"/m.exec(text)?.[1] ?? 'unknown';
}
