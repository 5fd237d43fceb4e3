import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { REGISTRATIONS, register } from './registrations.ts';
import { ScaffoldError } from './scaffold-error.ts';
import { type WorkflowNames, workflowNames } from './workflow-names.ts';

/** What a workflow is made of: the template in `templates/`, and the file it becomes. */
const FILES: readonly { template: string; path: (name: string) => string }[] = [
  { template: 'definition.asl.json', path: (name) => `asl/${name}.asl.json` },
  { template: 'stack.ts', path: (name) => `infra/${name}-stack.ts` },
  { template: 'stack.test.ts', path: (name) => `test/infra/${name}-stack.test.ts` },
  { template: 'e2e.test.ts', path: (name) => `test/e2e/${name}.test.ts` },
  { template: 'page.md', path: (name) => `docs/${name}.md` },
];

/**
 * Makes a workflow that runs, to be changed into the one that is wanted.
 *
 * @param root of the project, with a slash at its end
 * @returns the files that are new and those that are changed, relative to `root`
 * @throws ScaffoldError for a bad or taken name; then nothing is written
 */
export function makeWorkflow(name: string, root: string): { made: string[]; changed: string[] } {
  const names = workflowNames(name);
  const files = FILES.map(({ template, path }) => ({ path: path(name), text: filledTemplate(template, names) }));
  const taken = files.find(({ path }) => existsSync(root + path));
  if (taken) throw new ScaffoldError(`${name} is taken: ${taken.path} is there already; choose another name`);
  const lists = REGISTRATIONS.map((list) => ({
    path: list.file,
    text: register(readFileSync(root + list.file, 'utf8'), list, names),
  }));
  for (const { path, text } of [...files, ...lists]) writeFileSync(root + path, text);
  const [made, changed] = [files.map(({ path }) => path), lists.map(({ path }) => path)];
  format([...made, ...changed], root);
  return { made, changed };
}

function filledTemplate(template: string, names: WorkflowNames): string {
  const text = readFileSync(new URL(`templates/${template}.template`, import.meta.url), 'utf8');
  const { name, Class, title, Title } = names;
  return text
    .replaceAll('{{name}}', name)
    .replaceAll('{{Class}}', Class)
    .replaceAll('{{title}}', title)
    .replaceAll('{{Title}}', Title);
}

/** Names differ in length, so lines break elsewhere; and the import goes where the house's order has it. */
function format(files: readonly string[], root: string): void {
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
  const sources = files.filter((file) => !file.endsWith('.md'));
  const { status, stderr } = spawnSync(process.execPath, [biome, 'check', '--write', ...sources], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new ScaffoldError(`the files are made, but npm run format fails on them:\n${stderr}`);
}
