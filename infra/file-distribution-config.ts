import { z } from 'zod';
import { text, wholeNumber } from './config-values.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
/** S3's CopyObject takes objects of at most 5 GiB; parts of an upload have at least 5 MiB and at most 5 GiB. */
const LARGEST_SINGLE_COPY = 5 * GIB;
const SMALLEST_PART = 5 * MIB;
const MOST_DESTINATIONS = 1_000;

/** `-<account>-<region>` is added: 1 + 12 + 1 + at most 14 of the 63 characters that a bucket's name may have. */
const baseName = text(
  /^[a-z0-9][a-z0-9.-]{1,33}[a-z0-9]$/,
  'the base of a bucket name: 3 to 35 lower-case letters, digits, dots and dashes',
);
const bucketName = text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket');
const prefix = z.string().max(1024, { error: 'the beginning of a key' });

/**
 * The file distribution. Buckets are named by their base: `-<account>-<region>` is added where the stack makes them.
 */
export const fileDistributionSchema = z
  .strictObject(
    {
      /** Where files are uploaded. Made by the stack. */
      sourceBucket: baseName.default('global-builds'),
      /** The destinations that the stack makes. */
      destinationBuckets: z
        .array(baseName, { error: 'a list of bucket names' })
        .min(1, { error: 'at least one bucket name' })
        .default(['region-a-builds', 'region-b-builds']),
      /** Destinations that exist already, in any region, by their full names. Their owners have to let the copy function in. */
      otherBuckets: z.array(bucketName, { error: 'a list of bucket names' }).default([]),
      /** Where uploads go, by the beginning of their key; the longest that fits counts. Default: to all destinations. */
      destinations: z
        .record(
          prefix,
          z
            .array(z.string(), { error: 'a list of bucket names' })
            .max(MOST_DESTINATIONS, { error: `at most ${MOST_DESTINATIONS} bucket names` }),
          {
            error: '{"builds/eu/": ["region-a-builds"]}',
          },
        )
        .optional(),
      /** Files above this are copied in parts. */
      multipartThresholdBytes: wholeNumber(SMALLEST_PART, LARGEST_SINGLE_COPY).default(LARGEST_SINGLE_COPY),
      /** 256 MiB: 20 parts for the smallest file that is copied in parts. Larger files get larger parts, 10,000 at most. */
      multipartPartBytes: wholeNumber(SMALLEST_PART, LARGEST_SINGLE_COPY).default(256 * MIB),
      /** Who gets the failure notifications by e-mail. Each has to confirm once. */
      failureEmails: z
        .array(z.email({ error: 'an e-mail address' }), { error: 'a list of e-mail addresses' })
        .default([]),
    },
    { error: '{"destinationBuckets": […], "destinations": {…}}' },
  )
  .transform((settings) => ({
    ...settings,
    destinations: settings.destinations ?? { '': [...settings.destinationBuckets, ...settings.otherBuckets] },
  }))
  .superRefine(({ destinationBuckets, otherBuckets, destinations, sourceBucket }, context) => {
    const known = [...destinationBuckets, ...otherBuckets];
    if (known.includes(sourceBucket))
      context.addIssue({ code: 'custom', path: ['sourceBucket'], message: 'a bucket that is not a destination too' });
    for (const [key, buckets] of Object.entries(destinations))
      for (const [index, bucket] of buckets.entries())
        if (!known.includes(bucket))
          context.addIssue({
            code: 'custom',
            path: ['destinations', key, index],
            message: `one of ${known.join(', ')}`,
          });
  })
  .prefault({});
