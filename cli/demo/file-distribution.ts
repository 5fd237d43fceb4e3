import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CliError, ExitCode } from '../errors.ts';
import { startedByUpload } from '../executions/start.ts';
import { watchExecution, workflowFailed } from '../executions/watch-execution.ts';
import type { Gate, Session } from '../session.ts';
import { FailureMailbox } from './failure-mailbox.ts';
import { startByInput } from './start-by-input.ts';

const EXAMPLE = 'examples/build-123.zip';
const KEY = basename(EXAMPLE);
/** The copy function may not touch it, and there is no such bucket: its copy fails, the others do not. */
const FOREIGN_BUCKET = 'region-c-builds';

/** A build file goes to every destination; then one of them is missing, and people are told. */
export async function fileDistributionDemo(session: Session, workflow: Gate): Promise<void> {
  const destinations = workflow.stack.output('DestinationBucketNames').split(',');
  session.terminal.heading(`File distribution: one file to ${destinations.length} buckets`);
  await distribute(session, workflow, destinations);
  session.terminal.heading(`The same, and to ${FOREIGN_BUCKET}, which is none of its buckets`);
  await failPartly(session, workflow, [...destinations, FOREIGN_BUCKET]);
}

async function distribute(session: Session, workflow: Gate, destinations: readonly string[]): Promise<void> {
  const { target, stack } = workflow;
  const s3 = new S3Client(target.settings);
  const bucket = stack.output('SourceBucketName');
  const { VersionId = '' } = await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: KEY, Body: await readFile(EXAMPLE), ContentType: 'application/zip' }),
  );
  const execution = await startedByUpload(session, workflow, { bucket, key: KEY, versionId: VersionId });
  session.terminal.done(`Uploaded ${EXAMPLE} to ${bucket}`, `execution ${execution.name}`);
  const end = await watchExecution(session, workflow, execution);
  if (end.status !== 'SUCCEEDED') throw workflowFailed(execution.name, end);
  session.terminal.heading('In the destinations');
  const copies = destinations.map(async (name) => [name, await describeObject(s3, name)]);
  session.terminal.facts(Object.fromEntries(await Promise.all(copies)));
}

async function describeObject(s3: S3Client, bucket: string): Promise<string> {
  const { ContentLength, ETag } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: KEY }));
  return `${KEY}, ${ContentLength} bytes, ETag ${ETag}`;
}

async function failPartly(session: Session, workflow: Gate, destinationBuckets: string[]): Promise<void> {
  const mailbox = await FailureMailbox.open(workflow);
  try {
    const sourceBucket = workflow.stack.output('SourceBucketName');
    const execution = await startByInput(workflow, { sourceBucket, sourceKey: KEY, destinationBuckets });
    const end = await watchExecution(session, workflow, execution);
    if (end.error !== 'Storygate.SomeCopiesFailed')
      throw new CliError(`${execution.name} should have failed for ${FOREIGN_BUCKET}: ${end.error ?? end.status}`, {
        exitCode: ExitCode.workflowFailed,
      });
    const { subject, message } = await mailbox.next();
    session.terminal.heading(`Notification: ${subject}`);
    session.terminal.line(message.replace(/^/gm, '  '));
  } finally {
    await mailbox.close();
  }
}
