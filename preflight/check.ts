import { AssemblyError } from '../local/assembly/assembly-error.ts';
import { ProvisionError } from '../local/provision/provision-error.ts';
import { formatFinding } from './finding.ts';
import { preflight } from './preflight.ts';

/** `npm run preflight [directory]`: prints what would fail at deployment, one finding a line; fails when there are errors. */
try {
  const findings = await preflight(process.argv[2] ?? 'cdk.out', { properties: true });
  for (const finding of findings) console.error(formatFinding(finding));
  if (findings.some(({ severity }) => severity === 'error')) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof AssemblyError) && !(error instanceof ProvisionError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
