import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A week: longer than a local runtime runs on with templates that have been replaced. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1_000;

/**
 * Copies the code of functions that a new assembly has no use for: a local runtime that is up still starts them from it.
 *
 * @param replacedAt when each former asset of `from` was replaced, in epoch milliseconds; those that are not named are now
 * @returns the same for the assets that `to` keeps
 */
export function keepFormerAssets(
  from: string,
  to: string,
  replacedAt: Readonly<Record<string, number>>,
  now = Date.now(),
): Record<string, number> {
  const kept: Record<string, number> = {};
  for (const entry of existsSync(from) ? readdirSync(from, { withFileTypes: true }) : []) {
    const { name } = entry;
    const since = replacedAt[name] ?? now;
    const isCode = entry.isDirectory() && name.startsWith('asset.');
    if (!isCode || existsSync(join(to, name)) || now - since > KEPT_MS) continue;
    cpSync(join(from, name), join(to, name), { recursive: true });
    kept[name] = since;
  }
  return kept;
}
