import { ScaffoldError } from './scaffold-error.ts';
import type { WorkflowNames } from './workflow-names.ts';

/** A file that lists all workflows, and what a further one adds to it. */
export interface Registration {
  file: string;
  additions: readonly { after: RegExp; text: (workflow: WorkflowNames) => string }[];
}

/** Where a workflow is registered. The compiler tells when one of the two has been forgotten. */
export const REGISTRATIONS: readonly Registration[] = [
  {
    file: 'infra/app.ts',
    additions: [
      {
        after: /^import \{ \w+Stack \} from '\.\/[\w-]+-stack\.ts';\n/m,
        text: ({ name, Class }) => `import { ${Class}Stack } from './${name}-stack.ts';\n`,
      },
      { after: /^const STACKS = \{\n(?: {2}.*\n)*/m, text: ({ name, Class }) => `  '${name}': ${Class}Stack,\n` },
    ],
  },
  {
    file: 'infra/config.ts',
    additions: [{ after: /^const WORKFLOWS = \[[^\]]*?(?=,?\s*\])/m, text: ({ name }) => `, '${name}'` }],
  },
];

/** The file's text with the workflow in it. Throws ScaffoldError when it is not written as expected. */
export function register(source: string, { file, additions }: Registration, workflow: WorkflowNames): string {
  return additions.reduce((text, addition) => {
    const match = addition.after.exec(text);
    if (!match)
      throw new ScaffoldError(`${file}: nothing in it matches ${addition.after}; mend scaffold/registrations.ts`);
    const end = match.index + match[0].length;
    return text.slice(0, end) + addition.text(workflow) + text.slice(end);
  }, source);
}
