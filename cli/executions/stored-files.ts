import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import type { Gate } from '../session.ts';

/** The text of an object in the workflow bucket; undefined when there is none. */
export async function storedText({ target, stack }: Gate, key: string): Promise<string | undefined> {
  try {
    const { Body } = await new S3Client(target.settings).send(
      new GetObjectCommand({ Bucket: stack.output('S3BucketName'), Key: key }),
    );
    return await Body?.transformToString();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

/** Keys of all files that an execution has written: results, log, error. */
export async function filesOf({ target, stack }: Gate, executionName: string): Promise<string[]> {
  const s3 = new S3Client(target.settings);
  const Bucket = stack.output('S3BucketName');
  const listings = await Promise.all(
    ['outputs', 'logs'].map((folder) =>
      s3.send(new ListObjectsV2Command({ Bucket, Prefix: `${folder}/${executionName}/` })),
    ),
  );
  return listings.flatMap(({ Contents = [] }) => Contents.flatMap(({ Key }) => Key ?? []));
}
