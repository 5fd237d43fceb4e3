import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { type CheckResult, ok, type Patient, problem, warning } from './check.ts';
import { failuresWith } from './recent-failures.ts';

/** Whether the bucket can be read, by whoever asks and by the workflow. */
export async function bucketIsReadable(patient: Patient): Promise<CheckResult> {
  const Bucket = patient.stack.output('S3BucketName');
  await new S3Client(patient.target.settings).send(new ListObjectsV2Command({ Bucket, Prefix: 'inputs/', MaxKeys: 1 }));
  const denied = await failuresWith(patient, /S3.*AccessDenied|AccessDenied.*S3|Status Code: 403/is);
  if (denied.length > 0)
    return problem(
      `${denied[0]?.name} was denied access: ${denied[0]?.cause}`,
      `the workflow reads ${Bucket}/inputs/ only; move the file there, or storygate deploy if its role was changed`,
    );
  const missing = await failuresWith(patient, /NoSuchKey|NoSuchBucket|NoSuchVersion/);
  if (missing.length > 0)
    return warning(
      `${missing[0]?.name} asked for an object that is not there: ${missing[0]?.cause}`,
      'upload it, then storygate start <key>',
    );
  return ok(`${Bucket} can be read; no recent execution was denied access`);
}
