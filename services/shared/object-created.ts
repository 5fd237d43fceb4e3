import * as z from 'zod/mini';

const text = (expectation: string) =>
  z.string(expectation).check(z.minLength(1, expectation), z.maxLength(1024, expectation));

/** EventBridge's "Object Created" of S3, as far as it matters here. Keys arrive as they are, not URL-encoded. */
export const ObjectCreated = z.object({
  source: z.literal('aws.s3', 'aws.s3'),
  'detail-type': z.literal('Object Created', 'Object Created'),
  detail: z.object({
    bucket: z.object({ name: text('the name of the bucket') }),
    object: z.object({
      key: text('the key of the object'),
      'version-id': z.optional(z.string("a version id of the object, or no field for the object's newest version")),
      sequencer: z.optional(z.string('the sequencer of the event')),
      etag: z.optional(z.string('the ETag of the object')),
    }),
  }),
});
export type ObjectCreated = z.infer<typeof ObjectCreated>;

/** What is the same for every delivery of one upload's event and different for any other upload: bucket, key, version. */
export function uploadIdentity({ detail: { bucket, object } }: ObjectCreated): string[] {
  // Without versioning the sequencer tells uploads apart: it grows with every write of the key.
  return [bucket.name, object.key, object['version-id'] ?? object.sequencer ?? object.etag ?? ''];
}
