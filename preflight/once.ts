import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './finding.ts';

/** Lies in an assembly in which nothing was found. Synthesis replaces the whole directory, and the mark with it. */
const MARK = 'preflight-passed';

/** `preflight`, unless this very assembly has passed before. The checks are loaded only when they run. */
export async function preflightOnce(assemblyDirectory: string): Promise<Finding[]> {
  const mark = join(assemblyDirectory, MARK);
  if (existsSync(mark)) return [];
  const { preflight } = await import('./preflight.ts');
  const findings = await preflight(assemblyDirectory);
  if (findings.length === 0) writeFileSync(mark, '');
  return findings;
}
