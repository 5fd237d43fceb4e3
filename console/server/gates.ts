import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import { type StoredWait, storyRecords } from '../../cli/gates/story-records.ts';
import type { Gate } from '../../cli/session.ts';

/** What the index of waits does not have of a gate. */
export interface GateDetails {
  /** The packages of its workflow file; undefined when the file can no longer be read. */
  packageIds?: string[];
  quorum: number;
  votes: NonNullable<StoredWait['votes']>;
}

/** A gate as the page asks for its details. */
export const GateReference = z.object({
  jiraStoryId: z.string(),
  executionName: z.string(),
  executionArn: z.string(),
});
export type GateReference = z.infer<typeof GateReference>;

const Input = z.object({ bucket: z.string(), key: z.string(), versionId: z.optional(z.string()) });
const File = z.object({ packageIds: z.array(z.string()) });

/** More than a page shows are not asked for. */
export const MOST_DETAILS = 100;
/** Executions never change their file; a few thousand names and packages are a few hundred KB. */
const MOST_REMEMBERED = 5_000;

/** Finds the details of gates, by execution. Workflow files are read once. */
export function gateDetails(): (
  gate: Gate,
  references: readonly GateReference[],
) => Promise<Record<string, GateDetails>> {
  const files = new Map<string, string[]>();
  return async (gate, references) => {
    const stories = [...new Set(references.map(({ jiraStoryId }) => jiraStoryId))];
    const [records, packages] = await Promise.all([
      Promise.all(stories.map((story) => storyRecords(gate, story))),
      Promise.all(references.map((reference) => packagesOf(gate, reference, files))),
    ]);
    const waits = records.flatMap((record) => record.waits);
    const details = references.map(({ executionName }, at): [string, GateDetails] => {
      const wait = waits.find((candidate) => candidate.executionName === executionName);
      const packageIds = packages[at];
      return [
        executionName,
        { ...(packageIds && { packageIds }), quorum: wait?.quorum ?? 1, votes: wait?.votes ?? [] },
      ];
    });
    return Object.fromEntries(details);
  };
}

async function packagesOf(
  { target }: Gate,
  { executionArn }: GateReference,
  files: Map<string, string[]>,
): Promise<string[] | undefined> {
  const known = files.get(executionArn);
  if (known) return known;
  try {
    const { input } = await new SFNClient(target.settings).send(new DescribeExecutionCommand({ executionArn }));
    const { bucket, key, versionId } = z.parse(Input, JSON.parse(input ?? '{}'));
    const { Body } = await new S3Client(target.settings).send(
      new GetObjectCommand({ Bucket: bucket, Key: key, ...(versionId && { VersionId: versionId }) }),
    );
    const { packageIds } = z.parse(File, JSON.parse((await Body?.transformToString()) ?? ''));
    if (files.size >= MOST_REMEMBERED) files.clear();
    files.set(executionArn, packageIds);
    return packageIds;
  } catch {
    return undefined; // the file is gone, or may not be read: the gate is shown without its packages
  }
}
