import { AwsError } from '../gateway/aws-error.ts';

/** What tells one S3 operation from another. `path` is `/<bucket>/<key>`. */
export interface S3RequestLine {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string>>;
}

/** Bucket and key of a path-style path, percent-decoded; the key is empty for requests on the bucket. */
export function bucketAndKey(path: string): { bucket: string; key: string } {
  const [, bucket = '', key = ''] = path.match(/^\/([^/]*)\/?([\s\S]*)$/) ?? [];
  return { bucket: decode(bucket), key: decode(key) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new AwsError('InvalidURI', `Couldn't parse the specified URI: ${text}`, { cause: error });
  }
}

/** Sub-resources of a bucket by the name of their query parameter: `?versioning` is Get- or PutBucketVersioning. */
const BUCKET_RESOURCES: Readonly<Record<string, string>> = {
  versioning: 'BucketVersioning',
  notification: 'BucketNotificationConfiguration',
  policy: 'BucketPolicy',
  encryption: 'BucketEncryption',
  publicAccessBlock: 'PublicAccessBlock',
  lifecycle: 'BucketLifecycleConfiguration',
  tagging: 'BucketTagging',
  ownershipControls: 'BucketOwnershipControls',
  cors: 'BucketCors',
  logging: 'BucketLogging',
  acl: 'BucketAcl',
  location: 'BucketLocation',
  policyStatus: 'BucketPolicyStatus',
};

const VERBS: Readonly<Record<string, string>> = { GET: 'Get', PUT: 'Put', DELETE: 'Delete' };

/** The S3 API operation of a request: `PutObject`, `UploadPartCopy`, `GetBucketVersioning`. Throws MethodNotAllowed. */
export function s3Operation(line: S3RequestLine): string {
  const { bucket, key } = bucketAndKey(line.path);
  const operation = bucket === '' ? serviceOperation(line) : key === '' ? bucketOperation(line) : objectOperation(line);
  if (operation) return operation;
  throw new AwsError(
    'MethodNotAllowed',
    `The local runtime does not serve S3's ${line.method} ${line.path}?${line.query}.`,
    {
      status: 405,
    },
  );
}

const serviceOperation = ({ method }: S3RequestLine) => (method === 'GET' ? 'ListBuckets' : undefined);

function bucketOperation({ method, query }: S3RequestLine): string | undefined {
  const resource = Object.keys(BUCKET_RESOURCES).find((name) => query.has(name));
  const verb = VERBS[method];
  if (resource) return verb && `${verb}${BUCKET_RESOURCES[resource]}`;
  if (method === 'GET') return listOperation(query);
  if (method === 'POST') return query.has('delete') ? 'DeleteObjects' : undefined;
  return { PUT: 'CreateBucket', HEAD: 'HeadBucket', DELETE: 'DeleteBucket' }[method];
}

function listOperation(query: URLSearchParams): string {
  if (query.has('versions')) return 'ListObjectVersions';
  if (query.has('uploads')) return 'ListMultipartUploads';
  return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
}

function objectOperation({ method, query, headers }: S3RequestLine): string | undefined {
  const verb = VERBS[method];
  if (query.has('tagging')) return verb && `${verb}ObjectTagging`;
  if (query.has('uploadId')) return uploadOperation(method, headers);
  if (method === 'POST') return query.has('uploads') ? 'CreateMultipartUpload' : undefined;
  if (method === 'PUT') return headers['x-amz-copy-source'] === undefined ? 'PutObject' : 'CopyObject';
  if (method === 'GET') return query.has('attributes') ? 'GetObjectAttributes' : 'GetObject';
  return { HEAD: 'HeadObject', DELETE: 'DeleteObject' }[method];
}

function uploadOperation(method: string, headers: S3RequestLine['headers']): string | undefined {
  if (method === 'PUT') return headers['x-amz-copy-source'] === undefined ? 'UploadPart' : 'UploadPartCopy';
  return { GET: 'ListParts', POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload' }[method];
}
