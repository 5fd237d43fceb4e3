import { AwsError } from '../gateway/aws-error.ts';

/** An id that could be one: `null`, or 32 characters as S3 and this runtime make them. Throws `AwsError` InvalidArgument. */
export function checkVersionId(version: string | undefined): void {
  if (version === undefined || version === 'null' || /^[\w.-]{32}$/.test(version)) return;
  const message = version === '' ? 'Version id cannot be the empty string' : 'Invalid version id specified';
  throw new AwsError('InvalidArgument', message);
}
