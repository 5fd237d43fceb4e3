import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CliError } from '../errors.ts';
import { startProgress } from '../progress.ts';
import type { Session } from '../session.ts';
import type { Target } from '../target.ts';

/** PutObject takes no more in one go. */
const LARGEST_BYTES = 5 * 1024 ** 3;

/** Uploads a file as it is. @returns the id of its new version */
export async function uploadBuild(
  session: Session,
  target: Target,
  { file, bucket, key }: { file: string; bucket: string; key: string },
): Promise<string> {
  const status = await stat(file);
  if (!status.isFile()) throw new CliError(`${file} is no file`);
  const { size } = status;
  if (size > LARGEST_BYTES)
    throw new CliError(
      `${file} has more than 5 GiB; upload it with aws s3 cp ${file} s3://${bucket}/${key}, which distributes it too`,
    );
  const progress = startProgress(session.notes, `KB of ${key} uploaded`);
  let sent = 0;
  const counted = createReadStream(file).pipe(
    new Transform({
      transform(chunk: Buffer, _, done) {
        sent += chunk.length;
        progress.at(Math.round(sent / 1024), Math.round(size / 1024));
        done(undefined, chunk);
      },
    }),
  );
  try {
    // Reading begins anew for no retry, so there is none; and it may take as long as it takes.
    const s3 = new S3Client({ ...target.settings, maxAttempts: 1, requestHandler: { connectionTimeout: 3_000 } });
    const { VersionId } = await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: counted, ContentLength: size }),
    );
    if (!VersionId)
      throw new CliError(`the bucket ${bucket} keeps no versions; deploy the stack again with this version`);
    return VersionId;
  } finally {
    progress.end();
  }
}
