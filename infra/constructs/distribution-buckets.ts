import { Aws } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { VersionedBucket } from './versioned-bucket.ts';

/** What makes the name of a bucket unique: added to the base names of the configuration. */
export const BUCKET_SUFFIX = `-${Aws.ACCOUNT_ID}-${Aws.REGION}`;

/** The bucket that files are uploaded to and the buckets that they are distributed to. */
export class DistributionBuckets extends Construct {
  readonly source: VersionedBucket;
  readonly destinations: readonly VersionedBucket[];
  /** Base names of all buckets of the stack, by which people may call them. */
  readonly baseNames: readonly string[];
  /** Full names of the destinations by key prefix. */
  readonly destinationsByPrefix: Readonly<Record<string, readonly string[]>>;
  /** Full names of the destinations that belong to others. */
  readonly otherNames: readonly string[];

  constructor(scope: Construct, id: string, { config }: { config: Config }) {
    super(scope, id);
    const { sourceBucket, destinationBuckets, otherBuckets, destinations } = config.fileDistribution;
    const make = (baseName: string, events: boolean) =>
      new VersionedBucket(this, baseName, { config, bucketName: `${baseName}${BUCKET_SUFFIX}`, events });
    this.source = make(sourceBucket, true);
    this.destinations = destinationBuckets.map((name) => make(name, false));
    this.baseNames = [sourceBucket, ...destinationBuckets];
    this.otherNames = otherBuckets;
    const fullName = (name: string) => (destinationBuckets.includes(name) ? `${name}${BUCKET_SUFFIX}` : name);
    this.destinationsByPrefix = Object.fromEntries(
      Object.entries(destinations).map(([prefix, names]) => [prefix, names.map(fullName)]),
    );
  }

  get names(): string[] {
    return [...this.destinations.map(({ bucket }) => bucket.bucketName), ...this.otherNames];
  }
}
