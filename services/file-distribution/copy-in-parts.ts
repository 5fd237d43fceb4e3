import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { errorFacts, type Log } from '../shared/log.ts';
import { CopyFailed, during } from './copy-errors.ts';
import { type PartsPlan, partRanges } from './copy-plan.ts';
import { copySource } from './copy-whole.ts';
import { inParallel } from './in-parallel.ts';
import { tagQuery, tagsOf } from './object-tags.ts';
import type { Address, StoredObject } from './stored-object.ts';

/**
 * Parts under way at a time. S3 copies a part at some 100 MB/s, so 64 of them move the largest object, 5 TB, in about
 * 5,000,000 MB / (64 × 100 MB/s) = 13 minutes: just within the 15 that a function may take.
 */
const PARTS_IN_PARALLEL = 64;

export interface PartsCopy {
  s3: S3Client;
  source: StoredObject;
  destination: Address;
  plan: PartsPlan;
  signal: AbortSignal;
  log: Log;
}

/** Copies an object part by part, with its metadata and tags. Whatever fails, no half-done upload is left behind. */
export async function copyInParts(copy: PartsCopy): Promise<void> {
  const uploadId = await during('writing the destination', begin(copy));
  try {
    const parts = await during('writing the parts of the destination', copyParts(copy, uploadId));
    await during('completing the destination', complete(copy, uploadId, parts));
  } catch (error) {
    await abort(copy, uploadId);
    throw error;
  }
}

async function begin({ s3, source, destination, plan, signal }: PartsCopy): Promise<string> {
  const tags = tagQuery(await tagsOf(s3, source, signal));
  const { Expires, ...properties } = source.properties;
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({
      Bucket: destination.bucket,
      Key: destination.key,
      ...properties,
      ...(Expires && { Expires }),
      ...(tags !== '' && { Tagging: tags }),
      ...(plan.checksum && { ChecksumAlgorithm: plan.checksum.algorithm, ChecksumType: plan.checksum.type }),
    }),
    { abortSignal: signal },
  );
  if (UploadId === undefined) throw new CopyFailed('S3 named no upload while writing the destination');
  return UploadId;
}

function copyParts({ s3, source, destination, plan, signal }: PartsCopy, uploadId: string): Promise<CompletedPart[]> {
  return inParallel(
    partRanges(source.size, plan.partBytes),
    PARTS_IN_PARALLEL,
    signal,
    async (range, index, abortSignal) => {
      const command = new UploadPartCopyCommand({
        Bucket: destination.bucket,
        Key: destination.key,
        UploadId: uploadId,
        PartNumber: index + 1,
        CopySource: copySource(source.address),
        CopySourceIfMatch: source.etag,
        CopySourceRange: range,
      });
      const answer = await during(`writing part ${index + 1} of the destination`, s3.send(command, { abortSignal }));
      const { LastModified, ...part } = answer.CopyPartResult ?? {};
      return { ...part, PartNumber: index + 1 };
    },
  );
}

async function complete(
  { s3, destination, plan, signal }: PartsCopy,
  uploadId: string,
  parts: CompletedPart[],
): Promise<void> {
  const command = new CompleteMultipartUploadCommand({
    Bucket: destination.bucket,
    Key: destination.key,
    UploadId: uploadId,
    MultipartUpload: { Parts: parts },
    ...(plan.checksum && { ChecksumType: plan.checksum.type }),
  });
  await s3.send(command, { abortSignal: signal });
}

/** Without the copy's signal: when the time is up, this is what the last seconds are for. */
async function abort({ s3, destination, log }: PartsCopy, uploadId: string): Promise<void> {
  const upload = { Bucket: destination.bucket, Key: destination.key, UploadId: uploadId };
  try {
    await s3.send(new AbortMultipartUploadCommand(upload));
  } catch (error) {
    log.warn('a broken upload could not be aborted; the lifecycle rule of the bucket ends it', {
      ...upload,
      ...errorFacts(error),
    });
  }
}
