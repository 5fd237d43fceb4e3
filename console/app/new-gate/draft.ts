import { parseWorkflowFile } from '../../../cli/executions/workflow-file.ts';

/** A workflow file as it is about to be uploaded. */
export interface Draft {
  name: string;
  content: string;
}

/** What the form asks for, as it was typed. */
export interface Wishes {
  story: string;
  packages: string;
  quorum: string;
  approvers: string;
}

/** What the form asks for, as the text of a workflow file. */
export function contentOf({ story, packages, quorum, approvers }: Wishes): string {
  const approval = {
    ...(quorum.trim() && { quorum: Number(quorum) }),
    ...(approvers.trim() && { approvers: wordsIn(approvers) }),
  };
  const file = {
    jiraStoryId: story.trim().toUpperCase(),
    packageIds: wordsIn(packages),
    ...(Object.keys(approval).length > 0 && { approval }),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

function wordsIn(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

/** What is wrong with a file, in the words of the workflow itself; undefined when nothing is. */
export function problemWith({ name, content }: Draft): string | undefined {
  if (!/^[^\s/\\]{1,200}\.json$/.test(name)) return 'The name must end in .json, without spaces and slashes.';
  try {
    parseWorkflowFile(content, name);
    return undefined;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return error instanceof SyntaxError ? `${name} is not valid JSON: ${words}` : words;
  }
}
