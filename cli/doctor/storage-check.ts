import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { storedText } from '../executions/stored-files.ts';
import { type CheckResult, ok, type Patient, problem, warning } from './check.ts';
import { failuresWith } from './recent-failures.ts';

/** Whether the bucket can be read, by whoever asks and by the workflow. */
export async function bucketIsReadable(patient: Patient): Promise<CheckResult> {
  const Bucket = patient.stack.output('S3BucketName');
  await new S3Client(patient.target.settings).send(new ListObjectsV2Command({ Bucket, Prefix: 'inputs/', MaxKeys: 1 }));
  const denied = await deniedExecution(patient);
  if (denied)
    return problem(
      `${denied.name} was denied access: ${denied.cause}`,
      `the workflow reads ${Bucket}/inputs/ only; move the file there, or storygate deploy if its role was changed`,
    );
  const [missing] = await failuresWith(patient, /NoSuchKey|NoSuchBucket|NoSuchVersion/);
  if (missing)
    return warning(
      `${missing.name} asked for an object that is not there: ${missing.cause}`,
      'upload it, then storygate start <key>',
    );
  return ok(`${Bucket} can be read; no recent execution was denied access`);
}

/** Step Functions gives all kinds of S3's errors one name; only error.json says that access was denied. */
async function deniedExecution(patient: Patient): Promise<{ name: string; cause: string } | undefined> {
  for (const { name, cause } of await failuresWith(patient, /cannot be read: S3\./)) {
    const report = await storedText(patient, `logs/${name}/error.json`);
    if (/denied|not authorized|Status Code: 403/i.test(report ?? '')) return { name, cause };
  }
  return undefined;
}
