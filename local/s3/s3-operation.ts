import { AwsError } from '../gateway/aws-error.ts';
import { notServed } from './errors.ts';

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

/** Operations by method. */
type Methods = Readonly<Record<string, string>>;

/** Get-, Put- and Delete- of a sub-resource that has all three. */
const document = (resource: string): Methods => ({
  GET: `Get${resource}`,
  PUT: `Put${resource}`,
  DELETE: `Delete${resource}`,
});

/** Operations on a bucket by the query parameter that names its sub-resource. */
const BUCKET_OPERATIONS: Readonly<Record<string, Methods>> = {
  versions: { GET: 'ListObjectVersions' },
  uploads: { GET: 'ListMultipartUploads' },
  delete: { POST: 'DeleteObjects' },
  versioning: { GET: 'GetBucketVersioning', PUT: 'PutBucketVersioning' },
  notification: { GET: 'GetBucketNotificationConfiguration', PUT: 'PutBucketNotificationConfiguration' },
  policy: document('BucketPolicy'),
  encryption: document('BucketEncryption'),
  publicAccessBlock: document('PublicAccessBlock'),
  lifecycle: document('BucketLifecycleConfiguration'),
  tagging: document('BucketTagging'),
  ownershipControls: document('BucketOwnershipControls'),
  cors: document('BucketCors'),
  logging: { GET: 'GetBucketLogging' },
  location: { GET: 'GetBucketLocation' },
  website: { GET: 'GetBucketWebsite' },
  replication: { GET: 'GetBucketReplication' },
  'object-lock': { GET: 'GetObjectLockConfiguration' },
  requestPayment: { GET: 'GetBucketRequestPayment' },
  accelerate: { GET: 'GetBucketAccelerateConfiguration' },
};

/** The same for objects. */
const OBJECT_OPERATIONS: Readonly<Record<string, Methods>> = {
  tagging: document('ObjectTagging'),
  attributes: { GET: 'GetObjectAttributes' },
  uploads: { POST: 'CreateMultipartUpload' },
  uploadId: {
    PUT: 'UploadPart',
    GET: 'ListParts',
    POST: 'CompleteMultipartUpload',
    DELETE: 'AbortMultipartUpload',
  },
};

/** Sub-resources that are not served at all. Source: the request URIs of botocore's model of S3. */
const NOT_SERVED = new Set([
  ...['abac', 'acl', 'analytics', 'intelligent-tiering', 'inventory', 'legal-hold', 'metadataConfiguration'],
  ...['metadataInventoryTable', 'metadataJournalTable', 'metadataTable', 'metrics', 'policyStatus', 'renameObject'],
  ...['restore', 'retention', 'select', 'session', 'torrent'],
]);

/** Parameters of served operations that may come without a value, as all sub-resources do. */
const MAY_BE_EMPTY = new Set([
  ...['prefix', 'delimiter', 'encoding-type', 'marker', 'max-keys', 'list-type', 'start-after', 'continuation-token'],
  ...['fetch-owner', 'key-marker', 'version-id-marker', 'upload-id-marker', 'max-uploads', 'max-parts', 'versionId'],
  ...['part-number-marker', 'partNumber', 'max-buckets', 'bucket-region'],
]);

/**
 * The S3 API operation of a request: `PutObject`, `UploadPartCopy`, `GetBucketVersioning`.
 * @throws AwsError MethodNotAllowed; NotImplemented for a sub-resource that is not served, which must never be taken for
 * the operation without it
 */
export function s3Operation(line: S3RequestLine): string {
  const { bucket, key } = bucketAndKey(line.path);
  const served = key === '' ? BUCKET_OPERATIONS : OBJECT_OPERATIONS;
  const resource = line.query.size > 0 ? subresource(line.query, served) : undefined;
  const operation = resource === undefined ? plainOperation(line, bucket, key) : served[resource]?.[line.method];
  if (operation) return line.headers['x-amz-copy-source'] === undefined ? operation : (COPIES[operation] ?? operation);
  if (resource !== undefined)
    throw notServed(`S3's ${line.method} ?${resource} of ${key === '' ? 'a bucket' : 'an object'}`);
  const message = `The local runtime does not serve S3's ${line.method} ${line.path}?${line.query}.`;
  throw new AwsError('MethodNotAllowed', message, { status: 405 });
}

const COPIES: Methods = { PutObject: 'CopyObject', UploadPart: 'UploadPartCopy' };

/** Only `x-…` (presigned URLs, the caller's own), `response-…` and what has a value may be no sub-resource. */
function subresource(query: URLSearchParams, served: Readonly<Record<string, Methods>>): string | undefined {
  const names = [...query.keys()];
  return names.find((name) => NOT_SERVED.has(name) || Object.hasOwn(served, name)) ?? names.find(isNothingKnown);

  function isNothingKnown(name: string): boolean {
    return query.get(name) === '' && !MAY_BE_EMPTY.has(name) && !/^(x-|response-)/i.test(name);
  }
}

function plainOperation({ method, query }: S3RequestLine, bucket: string, key: string): string | undefined {
  if (bucket === '') return method === 'GET' ? 'ListBuckets' : undefined;
  if (key !== '') return { GET: 'GetObject', PUT: 'PutObject', HEAD: 'HeadObject', DELETE: 'DeleteObject' }[method];
  if (method === 'GET') return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
  return { PUT: 'CreateBucket', HEAD: 'HeadBucket', DELETE: 'DeleteBucket' }[method];
}
