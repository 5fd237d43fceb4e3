import { randomUUID } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { LocalRuntime } from '../../support/local-runtime.ts';
import { Distribution } from '../distribution.ts';
import type { Patience } from './patience.ts';
import type { Run } from './run.ts';

/** What file distributions do, in runs of their own files. */
export async function distributionRuns(local: LocalRuntime, patience: Patience): Promise<Run[]> {
  const actor = new DistributionActor(await Distribution.of(local), patience);
  const run = (name: string, act: (key: string) => Promise<void>): Run => ({ name, act: () => act(randomUUID()) });
  return [
    run('an uploaded file is copied, with its tags', (key) => actor.uploaded(key)),
    run('a file that is there already is left alone', (key) => actor.unchanged(key)),
    run('a file that was uploaded in parts is copied in parts', (key) => actor.inParts(key)),
    run('a copy in parts that fails leaves nothing behind', (key) => actor.broken(key)),
    run('a file that is missing is named', (key) => actor.missing(key)),
  ];
}

const TAGGED = { Tagging: 'owner=platform' };
const LARGE = Buffer.alloc(5 * 1024 * 1024 + 1, 'x');

class DistributionActor {
  readonly #distribution: Distribution;
  readonly #patience: Patience;

  constructor(distribution: Distribution, patience: Patience) {
    this.#distribution = distribution;
    this.#patience = patience;
  }

  async uploaded(key: string): Promise<void> {
    await this.#distribution.upload(key, 'content', TAGGED);
    await this.#ended(await this.#startedBy(key), 'SUCCEEDED');
    for (const bucket of this.#distribution.destinations) await this.#distribution.content(bucket, key);
  }

  async unchanged(key: string): Promise<void> {
    await this.uploaded(key);
    await this.#ended(await this.#start(key), 'SUCCEEDED');
    const { unchangedCopies } = Object(await this.#distribution.record(key));
    if (unchangedCopies !== this.#distribution.destinations.length) throw new Error(`unchanged: ${unchangedCopies}`);
  }

  async inParts(key: string): Promise<void> {
    await this.#uploadInParts(key);
    await this.#ended(await this.#startedBy(key), 'SUCCEEDED');
  }

  async broken(key: string): Promise<void> {
    await this.#distribution.faults({ kind: 'error', service: 's3', action: 'UploadPartCopy' });
    try {
      await this.#uploadInParts(key);
      await this.#ended(await this.#startedBy(key), 'FAILED');
    } finally {
      await this.#distribution.faults();
    }
    for (const Bucket of this.#distribution.destinations) {
      const { Uploads = [] } = await this.#distribution.s3.send(new ListMultipartUploadsCommand({ Bucket }));
      const left = Uploads.filter(({ Key }) => Key === key);
      if (left.length > 0) throw new Error(`${Bucket} has ${left.length} broken uploads`);
    }
  }

  async missing(key: string): Promise<void> {
    await this.#ended(await this.#start(key), 'FAILED');
    const record = JSON.stringify(await this.#distribution.record(key));
    if (!record.includes('the source file does not exist')) throw new Error(`recorded: ${record}`);
  }

  /** One part is enough, its fingerprint is one over parts; but S3 copies no ranges of files up to 5 MiB. */
  async #uploadInParts(Key: string): Promise<void> {
    const { s3, source: Bucket } = this.#distribution;
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...TAGGED }));
    const upload = { Bucket, Key, UploadId };
    const { ETag } = await s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: LARGE }));
    const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
    await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload }));
  }

  async #start(sourceKey: string): Promise<string> {
    const { source: sourceBucket, destinations: destinationBuckets } = this.#distribution;
    return this.#distribution.start({ sourceBucket, sourceKey, destinationBuckets });
  }

  /** The execution that the upload of a key started. */
  async #startedBy(key: string): Promise<string> {
    return this.#patience.until('an execution', async () => {
      const [newest] = await this.#distribution.executions.list();
      const [started] = newest ? await this.#distribution.executions.history(newest.executionArn ?? '') : [];
      return started?.executionStartedEventDetails?.input?.includes(key) ? newest?.executionArn : undefined;
    });
  }

  async #ended(arn: string, expected: string): Promise<void> {
    const end = await this.#patience.until(`the end of ${arn}`, async () => {
      const type = (await this.#distribution.executions.history(arn)).at(-1)?.type;
      return /^Execution(Succeeded|Failed|TimedOut|Aborted)$/.exec(type ?? '')?.[1]?.toUpperCase();
    });
    if (end !== expected) throw new Error(`${arn} ended ${end}`);
  }
}
