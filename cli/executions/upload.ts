import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { parseInput } from '../../services/shared/parse.ts';
import { StoryKey } from '../../services/shared/story-key.ts';
import { CliError } from '../errors.ts';
import type { Gate } from '../session.ts';

const PACKAGES = 'a list of 1 to 100 package ids';

/** What the workflow asks of its file; the workflow itself checks it again. */
const WorkflowFile = z.looseObject(
  {
    jiraStoryId: StoryKey,
    packageIds: z
      .array(z.string('a package id').check(z.minLength(1, 'a package id')), PACKAGES)
      .check(z.minLength(1, PACKAGES), z.maxLength(100, PACKAGES)),
  },
  'a JSON object with jiraStoryId and packageIds',
);

/** An uploaded workflow file. */
export interface Upload {
  bucket: string;
  key: string;
  versionId: string;
  jiraStoryId: string;
}

/** Checks a workflow file and uploads it into `inputs/`, which starts a gate. Nothing is uploaded that could only fail. */
export async function uploadWorkflowFile(
  { target, stack }: Gate,
  file: string,
  key = `inputs/${basename(file)}`,
): Promise<Upload> {
  if (!/^inputs\/.+\.json$/.test(key))
    throw new CliError(`${key} starts nothing; only inputs/<anything>.json does, see --key`);
  const content = await readFile(file, 'utf8');
  const { jiraStoryId } = parseInput(WorkflowFile, parseJson(file, content), file);
  const bucket = stack.output('S3BucketName');
  const { VersionId } = await new S3Client(target.settings).send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: content, ContentType: 'application/json' }),
  );
  if (!VersionId)
    throw new CliError(`the bucket ${bucket} keeps no versions; deploy the stack again with this version`);
  return { bucket, key, versionId: VersionId, jiraStoryId };
}

function parseJson(file: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw new CliError(`${file} is not valid JSON: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
