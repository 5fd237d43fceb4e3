import * as z from 'zod/mini';
import { InvalidInputError, parseInput } from '../../services/shared/parse.ts';
import { StoryKey } from '../../services/shared/story-key.ts';

const unique = (items: readonly unknown[]) => new Set(items).size === items.length;

/** The workflow reads no more of its file. */
const MOST_BYTES = 65_536;

const PACKAGES = 'a list of 1 to 100 package ids';
const PACKAGE = 'a non-empty text of at most 256 characters';
const APPROVERS = 'a list of 1 to 50 Jira account ids';
const QUORUM = 'a whole number from 1 to 20';
const HOURS = 'a number of hours above 0, at most 8736 (364 days)';

const Approval = z
  .strictObject(
    {
      quorum: z.optional(z.int(QUORUM).check(z.gte(1, QUORUM), z.lte(20, QUORUM))),
      approvers: z.optional(
        z
          .array(z.string('a Jira account id').check(z.regex(/^\S{1,128}$/, 'a Jira account id')), APPROVERS)
          .check(z.minLength(1, APPROVERS), z.maxLength(50, APPROVERS), z.refine(unique, 'each account id once')),
      ),
      timeoutHours: z.optional(z.number(HOURS).check(z.gt(0, HOURS), z.lte(8736, HOURS))),
    },
    'an object with quorum, approvers and timeoutHours, no other field',
  )
  .check(
    z.refine(({ quorum = 1, approvers }) => approvers === undefined || quorum <= approvers.length, {
      path: ['quorum'],
      message: 'at most the number of approvers',
    }),
  );

/** What the workflow asks of its file; the workflow itself checks it again. */
export const WorkflowFile = z.looseObject(
  {
    jiraStoryId: StoryKey,
    packageIds: z
      .array(z.string(PACKAGE).check(z.regex(/^\S.{0,255}$/, PACKAGE)), PACKAGES)
      .check(z.minLength(1, PACKAGES), z.maxLength(100, PACKAGES), z.refine(unique, 'each package id once')),
    approval: z.optional(Approval),
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
  if (new TextEncoder().encode(content).length > MOST_BYTES)
    throw new InvalidInputError(place, [
      { field: 'the file', value: 'larger', expectation: `at most ${MOST_BYTES} bytes` },
    ]);
  return parseInput(WorkflowFile, JSON.parse(content), place);
}
