import { AwsError } from '../gateway/aws-error.ts';
import { bucketAndKey } from './s3-operation.ts';

/** The object named by an `x-amz-copy-source` header: `[/]<bucket>/<key>[?versionId=<id>]`, percent-encoded. */
export function copySource(header: string): { bucket: string; key: string; version?: string } {
  const [, path = '', version] = header.match(/^\/?(.*?)(?:\?versionId=([^&]*))?$/s) ?? [];
  const { bucket, key } = bucketAndKey(`/${path}`);
  if (bucket === '' || key === '')
    throw new AwsError('InvalidArgument', `Invalid copy source: "${header}" is not <bucket>/<key>`);
  return { bucket, key, ...(version !== undefined && { version }) };
}
