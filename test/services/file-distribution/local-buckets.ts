import { randomUUID } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { bringCopy, type CopyResult } from '../../../services/file-distribution/bring-copy.ts';
import type { CopyLimits } from '../../../services/file-distribution/copy-plan.ts';
import { openLog } from '../../../services/shared/log.ts';
import { clientConfig, type RunningGateway, runGateway } from '../../local/gateway/running-gateway.ts';

export const MIB = 1024 * 1024;

/** The runtime's S3 with a source and a destination bucket of its own for each test. */
export class LocalBuckets {
  readonly s3: S3Client;
  readonly #gateway: RunningGateway;
  source = '';
  destination = '';
  /** Names of the operations since the last `reset`, in order. */
  calls: string[] = [];

  private constructor(gateway: RunningGateway) {
    this.#gateway = gateway;
    this.s3 = this.client();
  }

  static async open(): Promise<LocalBuckets> {
    return new LocalBuckets(await runGateway());
  }

  /** Another client; its operations are recorded and may be intercepted: what `intercept` throws is thrown to its caller. */
  client(intercept?: (operation: string, number: number) => Promise<void> | void): S3Client {
    const s3 = new S3Client(clientConfig(this.#gateway.gateway));
    let number = 0;
    s3.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (args) => {
          const operation = commandName.replace(/Command$/, '');
          this.calls.push(operation);
          number += 1;
          await intercept?.(operation, number);
          return next(args);
        },
      { step: 'initialize' },
    );
    return s3;
  }

  /** New, empty buckets. */
  reset(): void {
    this.source = `source-${randomUUID()}`;
    this.destination = `destination-${randomUUID()}`;
    this.#gateway.buckets.put({ name: this.source, versioned: true });
    this.#gateway.buckets.put({ name: this.destination, versioned: true });
    this.calls = [];
  }

  bring(
    key: string,
    options: {
      s3?: S3Client;
      limits?: CopyLimits;
      versionId?: string;
      destination?: string;
      signal?: AbortSignal;
    } = {},
  ): Promise<CopyResult> {
    const { s3 = this.client(), limits = { thresholdBytes: 6 * MIB, partBytes: 5 * MIB } } = options;
    this.calls = [];
    return bringCopy(
      {
        source: { bucket: this.source, key, versionId: options.versionId },
        destinationBucket: options.destination ?? this.destination,
      },
      { s3, limits, signal: options.signal ?? AbortSignal.timeout(60_000), log: openLog() },
    );
  }

  head(bucket: string, key: string) {
    return this.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }));
  }

  async unfinishedUploads(bucket: string): Promise<number> {
    const { Uploads = [] } = await this.s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    return Uploads.length;
  }

  /** Uploads to the source bucket in parts, as the AWS CLI does with larger files. */
  async uploadInParts(Key: string, parts: Buffer[], options: Partial<CreateMultipartUploadCommandInput> = {}) {
    const object = { Bucket: this.source, Key };
    const { UploadId } = await this.s3.send(new CreateMultipartUploadCommand({ ...object, ...options }));
    const Parts = [];
    for (const [index, Body] of parts.entries()) {
      const part = { ...object, UploadId, PartNumber: index + 1 };
      const { ETag, ChecksumCRC32 } = await this.s3.send(new UploadPartCommand({ ...part, Body }));
      Parts.push({ PartNumber: index + 1, ETag, ...(ChecksumCRC32 && { ChecksumCRC32 }) });
    }
    await this.s3.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload: { Parts } }));
  }

  async close(): Promise<void> {
    this.s3.destroy();
    await this.#gateway.close();
  }
}
