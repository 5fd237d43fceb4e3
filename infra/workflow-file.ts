import { z } from 'zod';

/**
 * A workflow file, `inputs/….json`, as a schema for those who write one. The workflow itself checks with the expressions of
 * `asl/release-gate.asl.json`; a test holds the two together.
 */
const each = <Item extends z.ZodType>(item: Item, most: number) =>
  z
    .array(item)
    .min(1)
    .max(most)
    .refine((items) => new Set(items).size === items.length)
    .meta({ uniqueItems: true });

const approval = z.strictObject({
  quorum: z.number().int().min(1).max(20).optional().describe('How many people have to approve. Default: 1'),
  approvers: each(z.string().regex(/^[^\s]{1,128}$/), 50)
    .optional()
    .describe('Jira account ids of those who may decide. Default: anyone'),
  timeoutHours: z.number().gt(0).max(8736).optional().describe('How long the gate waits. Default: as configured'),
});

export const workflowFile = z
  .looseObject({
    jiraStoryId: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_]{1,254}-[1-9][0-9]*$/)
      .describe('The Jira issue that decides'),
    packageIds: each(z.string().regex(/^[^\s].{0,255}$/), 100).describe('What is released'),
    approval: approval
      .refine(({ quorum = 1, approvers }) => !approvers || quorum <= approvers.length)
      .optional()
      .describe('What the gate asks for; the quorum is at most the number of approvers'),
  })
  .describe('A workflow file. Further fields are carried along untouched, to the release APIs and into the result.');
