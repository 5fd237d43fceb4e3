import { fileURLToPath } from 'node:url';
import { makeWorkflow } from './make-workflow.ts';
import { ScaffoldError } from './scaffold-error.ts';

/** `npm run new:workflow <name>`: definition, stack, tests and page of a workflow that runs. */
function main([name, ...rest]: readonly string[]): void {
  if (!name || rest.length > 0)
    throw new ScaffoldError('expected one name: npm run new:workflow <name>, such as invoice-archive');
  const { made, changed } = makeWorkflow(name, fileURLToPath(new URL('..', import.meta.url)));
  const lines = [...made.map((file) => `  made     ${file}`), ...changed.map((file) => `  changed  ${file}`)];
  process.stdout.write(
    `${lines.join('\n')}\nIt runs: npm run jest -- test/infra/${name}-stack test/e2e/${name}\nFrom here on: docs/adding-a-workflow.md\n`,
  );
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ScaffoldError)) throw error;
  console.error(`new:workflow: ${error.message}`);
  process.exitCode = 1;
}
