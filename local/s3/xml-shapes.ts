import { malformedXml, parseXml, type XmlElement } from './xml-document.ts';

/** What an element may contain: a text, elements by their names, or anything. */
type Content = RegExp | Readonly<Record<string, Member>> | 'anything';

/** An element inside another one, and how often it may be there. */
interface Member {
  content: Content;
  least: number;
  most: number;
}

const one = (content: Content): Member => ({ content, least: 1, most: 1 });
const maybe = (content: Content): Member => ({ content, least: 0, most: 1 });
const upTo = (most: number, content: Content): Member => ({ content, least: 1, most });
const some = (content: Content): Member => upTo(Number.POSITIVE_INFINITY, content);
const any = (content: Content): Member => ({ content, least: 0, most: Number.POSITIVE_INFINITY });

const TEXT = /^/;
const FLAG = /^(true|false)$/i;
const COUNT = /^\d+$/;
const tag = { Key: one(TEXT), Value: one(TEXT) };
const days = { Days: maybe(COUNT), Date: maybe(TEXT) };
const noncurrent = { NoncurrentDays: maybe(COUNT), NewerNoncurrentVersions: maybe(COUNT) };
const storageClass = {
  StorageClass: one(/^(GLACIER|STANDARD_IA|ONEZONE_IA|INTELLIGENT_TIERING|DEEP_ARCHIVE|GLACIER_IR)$/),
};
const sizes = { ObjectSizeGreaterThan: maybe(COUNT), ObjectSizeLessThan: maybe(COUNT) };

/** The documents of requests by their root. Source: botocore's model of S3. */
const SHAPES = {
  VersioningConfiguration: { Status: maybe(/^(Enabled|Suspended)$/), MfaDelete: maybe(/^(Enabled|Disabled)$/) },
  NotificationConfiguration: {
    EventBridgeConfiguration: maybe({}),
    QueueConfiguration: any('anything'),
    TopicConfiguration: any('anything'),
    CloudFunctionConfiguration: any('anything'),
  },
  ServerSideEncryptionConfiguration: {
    Rule: some({
      ApplyServerSideEncryptionByDefault: maybe({
        SSEAlgorithm: one(/^(AES256|aws:kms|aws:kms:dsse|aws:fsx)$/),
        KMSMasterKeyID: maybe(TEXT),
      }),
      BucketKeyEnabled: maybe(FLAG),
      BlockedEncryptionTypes: maybe({ EncryptionType: any(TEXT) }),
    }),
  },
  PublicAccessBlockConfiguration: {
    BlockPublicAcls: maybe(FLAG),
    IgnorePublicAcls: maybe(FLAG),
    BlockPublicPolicy: maybe(FLAG),
    RestrictPublicBuckets: maybe(FLAG),
  },
  LifecycleConfiguration: {
    Rule: some({
      ID: maybe(TEXT),
      Prefix: maybe(TEXT),
      Filter: maybe({
        Prefix: maybe(TEXT),
        Tag: maybe(tag),
        ...sizes,
        And: maybe({ Prefix: maybe(TEXT), Tag: any(tag), ...sizes }),
      }),
      Status: one(/^(Enabled|Disabled)$/),
      Expiration: maybe({ ...days, ExpiredObjectDeleteMarker: maybe(FLAG) }),
      Transition: any({ ...days, ...storageClass }),
      NoncurrentVersionExpiration: maybe(noncurrent),
      NoncurrentVersionTransition: any({ ...noncurrent, ...storageClass }),
      AbortIncompleteMultipartUpload: maybe({ DaysAfterInitiation: maybe(COUNT) }),
    }),
  },
  Tagging: { TagSet: one({ Tag: any(tag) }) },
  OwnershipControls: {
    Rule: some({ ObjectOwnership: one(/^(BucketOwnerPreferred|ObjectWriter|BucketOwnerEnforced)$/) }),
  },
  CORSConfiguration: {
    CORSRule: some({
      ID: maybe(TEXT),
      AllowedHeader: any(TEXT),
      AllowedMethod: some(/^(GET|PUT|POST|DELETE|HEAD)$/),
      AllowedOrigin: some(TEXT),
      ExposeHeader: any(TEXT),
      MaxAgeSeconds: maybe(COUNT),
    }),
  },
  Delete: {
    Object: upTo(1000, {
      Key: one(/^[\s\S]/),
      VersionId: maybe(TEXT),
      ETag: maybe(TEXT),
      LastModifiedTime: maybe(TEXT),
      Size: maybe(COUNT),
    }),
    Quiet: maybe(FLAG),
  },
} satisfies Record<string, Content>;

/** Reads the document of a request. Throws `AwsError` MissingRequestBodyError, MalformedXML. */
export function requestDocument(body: Buffer, root: keyof typeof SHAPES): XmlElement {
  const document = parseXml(body);
  if (document.name !== root || !fits(document, SHAPES[root])) throw malformedXml();
  return document;
}

function fits({ children, text }: XmlElement, content: Content): boolean {
  if (content === 'anything') return true;
  if (content instanceof RegExp) return children.length === 0 && content.test(text);
  if (text.trim() !== '') return false;
  const counts = new Map<string, number>();
  for (const child of children) {
    const member = Object.hasOwn(content, child.name) ? content[child.name] : undefined;
    if (!member || !fits(child, member.content)) return false;
    counts.set(child.name, (counts.get(child.name) ?? 0) + 1);
  }
  return Object.entries(content).every(([name, { least, most }]) => {
    const count = counts.get(name) ?? 0;
    return least <= count && count <= most;
  });
}
