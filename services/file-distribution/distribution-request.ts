import * as z from 'zod/mini';
import { executionName } from '../ingest/execution-name.ts';
import { type ObjectCreated, uploadIdentity } from '../shared/object-created.ts';
import { type Destinations, destinationsOf } from './destinations.ts';

/** The state machine takes no more: what it records of a run has to fit into one table item and one message. */
export const MOST_DESTINATIONS = 1_000;

/** What the state machine gets as its input. */
export interface DistributionInput {
  sourceBucket: string;
  sourceKey: string;
  destinationBuckets: string[];
  /** Exactly this version; without it the newest one. */
  versionId?: string;
}

/** One distribution to start. The same upload always gives the same name. */
export interface DistributionRequest {
  name: string;
  input: DistributionInput;
}

const text = (expectation: string) =>
  z.string(expectation).check(z.minLength(1, expectation), z.maxLength(1024, expectation));
const BUCKETS = `1 to ${MOST_DESTINATIONS} bucket names, or no field for the configured ones`;

/** Body of `POST /step-function`. Without a source bucket it is the one that uploads go to. */
export const DistributionBody = z.object(
  {
    sourceBucket: z.optional(text('the name of a bucket')),
    sourceKey: text('the key of the file'),
    destinationBuckets: z.optional(
      z
        .array(text('the name of a bucket'), BUCKETS)
        .check(z.minLength(1, BUCKETS), z.maxLength(MOST_DESTINATIONS, BUCKETS)),
    ),
    versionId: z.optional(text("a version id of the file, or no field for the file's newest version")),
  },
  'a JSON object {"sourceKey":"…","destinationBuckets":["…"]}',
);
export type DistributionBody = z.infer<typeof DistributionBody>;

/** The distribution that an upload asks for; undefined when the configuration sends its key nowhere. */
export function distributionOfUpload(
  created: ObjectCreated,
  destinations: Destinations,
): DistributionRequest | undefined {
  const { bucket, object } = created.detail;
  const destinationBuckets = destinationsOf(object.key, destinations);
  // A key that ends in a slash is what consoles make to show a folder.
  if (destinationBuckets.length === 0 || object.key.endsWith('/')) return undefined;
  return {
    name: executionName(object.key, uploadIdentity(created)),
    // Without the version: what is distributed is the newest one when it is copied. See `bringCopy`.
    input: { sourceBucket: bucket.name, sourceKey: object.key, destinationBuckets },
  };
}

/**
 * The distribution that a person or script asks for; undefined when it names no destinations and the configuration neither.
 *
 * @param attempt the same attempt, such as an Idempotency-Key, starts the same request once
 */
export function distributionByHand(
  body: DistributionBody,
  attempt: string,
  configured: { sourceBucket: string; destinations: Destinations },
): DistributionRequest | undefined {
  const { sourceBucket = configured.sourceBucket, sourceKey, versionId } = body;
  const destinationBuckets = body.destinationBuckets ?? destinationsOf(sourceKey, configured.destinations);
  if (destinationBuckets.length === 0) return undefined;
  return {
    name: executionName(sourceKey, [sourceBucket, sourceKey, versionId ?? '', 'by hand', attempt]),
    input: { sourceBucket, sourceKey, destinationBuckets, ...(versionId !== undefined && { versionId }) },
  };
}
