import { ACCOUNT } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { AwsRequest } from '../gateway/service.ts';
import { notServed } from './errors.ts';

const METADATA = 'x-amz-meta-';

/** Bytes of all names and values. Source: "Working with object metadata" in the S3 User Guide. */
const MOST_METADATA = 2 * 1024;

/** Refuses a value. Throws `AwsError`. */
type Check = (value: string, header: string) => void;

const anything: Check = () => {};

const oneOf =
  (values: readonly string[], refuse: (value: string, header: string) => AwsError): Check =>
  (value, header) => {
    if (!values.includes(value)) throw refuse(value, header);
  };

const headerNotServed = (_: string, header: string) => notServed(`S3's header ${header}`);
const invalid = (message: string) => () => new AwsError('InvalidArgument', message);

/** Source: botocore's model of S3. */
const STORAGE_CLASSES = [
  ...['STANDARD', 'REDUCED_REDUNDANCY', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER', 'GLACIER_IR'],
  ...['DEEP_ARCHIVE', 'OUTPOSTS', 'SNOW', 'EXPRESS_ONEZONE', 'FSX_OPENZFS', 'FSX_ONTAP'],
];

const ofOwner = oneOf([ACCOUNT], () => new AwsError('AccessDenied', 'Access Denied', { status: 403 }));
const directive = (kind: string) => oneOf(['COPY', 'REPLACE'], invalid(`Unknown ${kind} directive.`));

/** All `x-amz-` headers that are served, without these letters, and which of their values are. */
const SERVED: ReadonlyMap<string, Check> = new Map([
  ...each(['content-sha256', 'date', 'security-token', 'user-agent', 'decoded-content-length', 'trailer', 'te']),
  ...each(['checksum-mode', 'checksum-type', 'checksum-algorithm', 'sdk-checksum-algorithm', 'mp-object-size']),
  ...each(['checksum-crc32', 'checksum-crc32c', 'checksum-crc64nvme', 'checksum-sha1', 'checksum-sha256']),
  ...each(['copy-source', 'copy-source-range', 'copy-source-if-match', 'copy-source-if-none-match']),
  ...each(['copy-source-if-modified-since', 'copy-source-if-unmodified-since', 'tagging', 'object-attributes']),
  ...each(['max-parts', 'part-number-marker']),
  // Without effect here: nobody else pays, nothing is archived, and nobody can lock themselves out.
  ...each(['request-payer', 'optional-object-attributes', 'confirm-remove-self-bucket-access']),
  ...each(['skip-destination-validation']),
  ['expected-bucket-owner', ofOwner],
  ['source-expected-bucket-owner', ofOwner],
  ['metadata-directive', directive('metadata')],
  ['tagging-directive', directive('tagging')],
  ['acl', oneOf(['private', 'bucket-owner-full-control'], aclNotSupported)],
  ...['grant-full-control', 'grant-read', 'grant-read-acp', 'grant-write', 'grant-write-acp'].map(
    (name) => [name, oneOf([], aclNotSupported)] as const,
  ),
  ['object-ownership', oneOf(['BucketOwnerEnforced'], headerNotServed)],
  ['bucket-object-lock-enabled', oneOf(['false', 'False'], headerNotServed)],
  ['server-side-encryption', oneOf(['AES256'], (value) => notServed(`The encryption ${value}`))],
  ['server-side-encryption-bucket-key-enabled', oneOf(['false', 'False'], headerNotServed)],
  ['storage-class', oneOf(['STANDARD'], otherStorageClass)],
]);

function each(names: readonly string[]): (readonly [string, Check])[] {
  return names.map((name) => [name, anything] as const);
}

/**
 * Checks that a request has no header that would be ignored.
 * @throws AwsError NotImplemented; AccessDenied, AccessControlListNotSupported, InvalidStorageClass, InvalidArgument,
 *   MetadataTooLarge
 */
export function checkHeaders(headers: AwsRequest['headers']): void {
  let metadata = 0;
  for (const name in headers) {
    if (!name.startsWith('x-amz-')) continue;
    if (name.startsWith(METADATA)) {
      metadata += name.length - METADATA.length + Buffer.byteLength(headers[name] ?? '', 'latin1');
      continue;
    }
    const check = SERVED.get(name.slice('x-amz-'.length));
    if (!check) throw headerNotServed('', name);
    if (check !== anything) check(headers[name] ?? '', name);
  }
  if (metadata > MOST_METADATA) throw metadataTooLarge(metadata);
}

function metadataTooLarge(size: number): AwsError {
  const details = { Size: size, MaxSizeAllowed: MOST_METADATA };
  const message = 'Your metadata headers exceed the maximum allowed metadata size';
  return new AwsError('MetadataTooLarge', message, { details });
}

function aclNotSupported(): AwsError {
  return new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs');
}

function otherStorageClass(value: string): AwsError {
  if (STORAGE_CLASSES.includes(value)) return notServed(`The storage class ${value}`);
  return new AwsError('InvalidStorageClass', 'The storage class you specified is not valid');
}
