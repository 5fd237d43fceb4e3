import { AwsError } from '../gateway/aws-error.ts';

export function noSuchBucket(bucket: string): AwsError {
  const details = { BucketName: bucket };
  return new AwsError('NoSuchBucket', 'The specified bucket does not exist', { status: 404, details });
}

export function noSuchKey(key: string): AwsError {
  return new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404, details: { Key: key } });
}

export function noSuchVersion(key: string, version: string): AwsError {
  const details = { Key: key, VersionId: version };
  return new AwsError('NoSuchVersion', 'The specified version does not exist.', { status: 404, details });
}

export function deleteMarkerAddressed(): AwsError {
  const message = 'The specified method is not allowed against this resource.';
  return new AwsError('MethodNotAllowed', message, { status: 405, details: { ResourceType: 'DeleteMarker' } });
}

export function noSuchUpload(uploadId: string): AwsError {
  return new AwsError(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { status: 404, details: { UploadId: uploadId } },
  );
}

export function invalidPart(number: number): AwsError {
  const details = { PartNumber: number };
  return new AwsError('InvalidPart', 'One or more of the specified parts could not be found.', { details });
}

export function preconditionFailed(condition: string): AwsError {
  const message = 'At least one of the pre-conditions you specified did not hold';
  return new AwsError('PreconditionFailed', message, { status: 412, details: { Condition: condition } });
}

/** @param what names it: `S3's PUT ?acl of an object` */
export function notServed(what: string): AwsError {
  return new AwsError('NotImplemented', `${what} is not served by the local runtime.`, { status: 501 });
}
