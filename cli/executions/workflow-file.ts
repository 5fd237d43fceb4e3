import * as z from 'zod/mini';
import { parseInput } from '../../services/shared/parse.ts';
import { StoryKey } from '../../services/shared/story-key.ts';

const PACKAGES = 'a list of 1 to 100 package ids';

/** What the workflow asks of its file; the workflow itself checks it again. */
export const WorkflowFile = z.looseObject(
  {
    jiraStoryId: StoryKey,
    packageIds: z
      .array(z.string('a package id').check(z.minLength(1, 'a package id')), PACKAGES)
      .check(z.minLength(1, PACKAGES), z.maxLength(100, PACKAGES)),
  },
  'a JSON object with jiraStoryId and packageIds',
);
export type WorkflowFile = z.infer<typeof WorkflowFile>;

/**
 * Checks the text of a workflow file.
 *
 * @param place what errors call it
 * @throws InvalidInputError
 * @throws SyntaxError when it is no JSON
 */
export function parseWorkflowFile(content: string, place: string): WorkflowFile {
  return parseInput(WorkflowFile, JSON.parse(content), place);
}
