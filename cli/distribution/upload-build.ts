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
  const content = createReadStream(file);
  // An error that reaches the SDK's own streams ends the process: nothing listens for it there.
  const broken = new AbortController();
  content.once('error', (error) => broken.abort(error));
  const counted = content.pipe(counting((sent) => progress.at(Math.round(sent / 1024), Math.round(size / 1024))));
  try {
    // Reading begins anew for no retry, so there is none; and it may take as long as it takes.
    const s3 = new S3Client({ ...target.settings, maxAttempts: 1, requestHandler: { connectionTimeout: 3_000 } });
    const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body: counted, ContentLength: size });
    const { VersionId } = await s3.send(put, { abortSignal: broken.signal });
    if (!VersionId)
      throw new CliError(`the bucket ${bucket} keeps no versions; deploy the stack again with this version`);
    return VersionId;
  } catch (error) {
    if (!broken.signal.aborted) throw error;
    const cause = broken.signal.reason;
    throw new CliError(`${file} cannot be read: ${cause.message}`, { cause });
  } finally {
    content.destroy(); // what was refused is not read on
    progress.end();
  }
}

/** Passes everything on, and tells how much that is. */
function counting(at: (bytes: number) => void): Transform {
  let sent = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      sent += chunk.length;
      at(sent);
      done(undefined, chunk);
    },
  });
}
