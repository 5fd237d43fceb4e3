import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';

/** The version of this program, as its package says. */
export function version(): string {
  const metadata: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return z.parse(z.object({ version: z.string() }), metadata).version;
}
