import { z } from 'zod';
import { boolean, defined, number, tagList, text } from './properties.ts';

const rule = z
  .strictObject({
    ServerSideEncryptionByDefault: z
      .strictObject({ SSEAlgorithm: z.string(), KMSMasterKeyID: z.string().optional() })
      .optional(),
    BucketKeyEnabled: boolean.optional(),
  })
  .transform(({ ServerSideEncryptionByDefault, BucketKeyEnabled }) =>
    defined({ ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault, BucketKeyEnabled }),
  );

/** `BucketEncryption` of a template, as the members of S3's document. */
export const bucketEncryption = z
  .strictObject({ ServerSideEncryptionConfiguration: z.array(rule) })
  .transform(({ ServerSideEncryptionConfiguration }) => ({ Rule: ServerSideEncryptionConfiguration }));

const noncurrent = { NoncurrentDays: number.optional(), NewerNoncurrentVersions: number.optional() };
const transition = z
  .strictObject({ StorageClass: z.string(), TransitionInDays: number.optional(), TransitionDate: text.optional() })
  .transform(({ StorageClass, TransitionInDays: Days, TransitionDate }) => ({
    Days,
    Date: TransitionDate,
    StorageClass,
  }));
const noncurrentTransition = z
  .strictObject({ StorageClass: z.string(), TransitionInDays: number, NewerNoncurrentVersions: number.optional() })
  .transform(({ TransitionInDays: NoncurrentDays, ...others }) => ({ NoncurrentDays, ...others }));

const lifecycleRule = z
  .strictObject({
    Id: z.string().optional(),
    Status: z.string(),
    Prefix: z.string().optional(),
    TagFilters: tagList,
    ObjectSizeGreaterThan: text.optional(),
    ObjectSizeLessThan: text.optional(),
    ExpirationInDays: number.optional(),
    ExpirationDate: text.optional(),
    ExpiredObjectDeleteMarker: boolean.optional(),
    NoncurrentVersionExpiration: z.strictObject(noncurrent).optional(),
    NoncurrentVersionExpirationInDays: number.optional(),
    AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: number }).optional(),
    Transitions: z.array(transition).optional(),
    NoncurrentVersionTransitions: z.array(noncurrentTransition).optional(),
  })
  .transform((template) => ({
    ID: template.Id,
    Filter: filter(template),
    Status: template.Status,
    Expiration: unlessEmpty({
      Days: template.ExpirationInDays,
      Date: template.ExpirationDate,
      ExpiredObjectDeleteMarker: template.ExpiredObjectDeleteMarker,
    }),
    Transition: template.Transitions,
    NoncurrentVersionExpiration:
      template.NoncurrentVersionExpiration ??
      unlessEmpty({ NoncurrentDays: template.NoncurrentVersionExpirationInDays }),
    NoncurrentVersionTransition: template.NoncurrentVersionTransitions,
    AbortIncompleteMultipartUpload: template.AbortIncompleteMultipartUpload,
  }));

/** `LifecycleConfiguration` of a template, as the members of S3's document. */
export const bucketLifecycle = z
  .strictObject({ Rules: z.array(lifecycleRule) })
  .transform(({ Rules }) => ({ Rule: Rules }));

interface Filters {
  Prefix?: string | undefined;
  TagFilters: Readonly<Record<string, string>>;
  ObjectSizeGreaterThan?: string | undefined;
  ObjectSizeLessThan?: string | undefined;
}

/** Several conditions stand in an `And`, one stands alone, and none is the empty prefix. */
function filter({ Prefix, TagFilters, ObjectSizeGreaterThan, ObjectSizeLessThan }: Filters): object {
  const Tag = Object.entries(TagFilters).map(([Key, Value]) => ({ Key, Value }));
  const all = defined({ Prefix, ObjectSizeGreaterThan, ObjectSizeLessThan });
  const count = Object.keys(all).length + Tag.length;
  if (count > 1) return { And: { ...all, Tag } };
  return count === 0 ? { Prefix: '' } : { ...all, Tag };
}

function unlessEmpty(members: Readonly<Record<string, unknown>>): object | undefined {
  const present = defined(members);
  return Object.keys(present).length > 0 ? present : undefined;
}
