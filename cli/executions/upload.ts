import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CliError } from '../errors.ts';
import type { Gate } from '../session.ts';
import { parseWorkflowFile, type WorkflowFile } from './workflow-file.ts';

/** An uploaded workflow file. */
export interface Upload {
  bucket: string;
  key: string;
  versionId: string;
  jiraStoryId: string;
}

/** Checks a workflow file and uploads it into `inputs/`, which starts a gate. Nothing is uploaded that could only fail. */
export async function uploadWorkflowFile(gate: Gate, file: string, key = `inputs/${basename(file)}`): Promise<Upload> {
  return uploadWorkflow(gate, { name: file, content: await readFile(file, 'utf8'), key });
}

/** The same for a text that is at hand. @param options.name what errors call it */
export async function uploadWorkflow(
  { target, stack }: Gate,
  { name, content, key }: { name: string; content: string; key: string },
): Promise<Upload> {
  if (!/^inputs\/.+\.json$/.test(key))
    throw new CliError(`${key} starts nothing; only inputs/<anything>.json does, see --key`);
  const { jiraStoryId } = parseWorkflow(name, content);
  const bucket = stack.output('S3BucketName');
  const { VersionId } = await new S3Client(target.settings).send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: content, ContentType: 'application/json' }),
  );
  if (!VersionId)
    throw new CliError(`the bucket ${bucket} keeps no versions; deploy the stack again with this version`);
  return { bucket, key, versionId: VersionId, jiraStoryId };
}

function parseWorkflow(name: string, content: string): WorkflowFile {
  try {
    return parseWorkflowFile(content, name);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new CliError(`${name} is not valid JSON: ${cause.message}`, { cause });
  }
}
