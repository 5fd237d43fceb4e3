import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { HeadObjectCommand, NotFound, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ExecutionDoesNotExist, SFNClient } from '@aws-sdk/client-sfn';
import { executionName } from '../../services/ingest/execution-name.ts';
import { executionStarter } from '../../services/ingest/start-execution.ts';
import { startByHand } from '../../services/ingest/start-request.ts';
import { CliError, NotFoundError } from '../errors.ts';
import { startProgress } from '../progress.ts';
import type { Gate, Session } from '../session.ts';
import { type ExecutionReference, executionNamed } from './reference.ts';
import type { Upload } from './upload.ts';

/** S3 tells EventBridge within a second or two. */
const START_DEADLINE_MS = 60_000;

/** Waits for the execution that an upload starts by itself. Its name follows from the upload. */
export async function startedByUpload(
  session: Session,
  gate: Gate,
  upload: Pick<Upload, 'bucket' | 'key' | 'versionId'>,
): Promise<ExecutionReference> {
  const { target } = gate;
  const execution = executionNamed(gate, executionName(upload.key, [upload.bucket, upload.key, upload.versionId]));
  const sfn = new SFNClient(target.settings);
  const deadline = Date.now() + START_DEADLINE_MS;
  const progress = startProgress(session.notes, `${upload.key} is uploaded, waiting for it to start`);
  try {
    while (!(await exists(sfn, execution.arn))) {
      if (Date.now() > deadline)
        throw new CliError(
          `the upload of ${upload.key} has started nothing within ${START_DEADLINE_MS / 1000} s; storygate doctor looks for the reason`,
        );
      progress.at();
      await setTimeout(target.pollMs, undefined, { signal: session.io.interrupted() });
    }
    return execution;
  } finally {
    progress.end();
  }
}

async function exists(sfn: SFNClient, executionArn: string): Promise<boolean> {
  try {
    await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return true;
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return false;
    throw error;
  }
}

/**
 * Starts a gate for a file that is in the bucket already.
 *
 * @param location a key of the workflow bucket, `bucket/key` or `s3://bucket/key`
 */
export async function startStoredFile(
  { target, stack }: Gate,
  location: string,
): Promise<ExecutionReference & { key: string }> {
  const bucket = stack.output('S3BucketName');
  const path = location.replace(/^s3:\/\//, '');
  const key = path.startsWith(`${bucket}/`) ? path.slice(bucket.length + 1) : path;
  if (!key.startsWith('inputs/'))
    throw new NotFoundError(
      `${location} is neither a file here nor a key below ${bucket}/inputs/, all that the workflow may read`,
    );
  await new S3Client(target.settings)
    .send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
    .catch((error: unknown) => {
      if (error instanceof NotFound) throw new NotFoundError(`s3://${bucket}/${key} does not exist`, error);
      throw error;
    });
  const start = executionStarter(new SFNClient(target.settings), stack.output('StateMachineArn'));
  const { executionArn, name } = await start(startByHand({ bucket, key }, { newId: randomUUID }));
  return { arn: executionArn, name, key };
}
