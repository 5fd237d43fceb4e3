import { ScaffoldError } from './scaffold-error.ts';

/** A state machine's name has at most 80 characters, of which `<name>-<stage>-` takes up to 17 + 16 + 2. */
const LONGEST_NAME = 40;

/** One name in the forms in which the files of a workflow need it. */
export interface WorkflowNames {
  /** `invoice-archive`: of files, of the stack, of the state machine. */
  name: string;
  /** `InvoiceArchive`. */
  Class: string;
  /** `invoice archive`, for sentences. */
  title: string;
  /** `Invoice archive`, for headings. */
  Title: string;
}

/** @throws ScaffoldError when it is no name for a workflow */
export function workflowNames(name: string): WorkflowNames {
  if (name.length > LONGEST_NAME || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new ScaffoldError(
      `${JSON.stringify(name)} is no name for a workflow: expected lower-case words with dashes between them, at most ${LONGEST_NAME} characters, such as invoice-archive`,
    );
  const title = name.replaceAll('-', ' ');
  return { name, Class: name.split('-').map(upperFirst).join(''), title, Title: upperFirst(title) };
}

const upperFirst = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
