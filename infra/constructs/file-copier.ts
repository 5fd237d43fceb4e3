import { Aws, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import type { DistributionBuckets } from './distribution-buckets.ts';
import { ServiceFunction } from './service-function.ts';

/** The longest that Lambda allows: a file of terabytes takes as long as S3 takes to copy it. */
const LONGEST_TIMEOUT = Duration.minutes(15);

export interface FileCopierProps {
  config: Config;
  buckets: DistributionBuckets;
}

/** Copies one file into one bucket. It may read the source bucket and write the destinations of the configuration. */
export class FileCopier extends Construct {
  readonly service: ServiceFunction;

  constructor(scope: Construct, id: string, { config, buckets }: FileCopierProps) {
    super(scope, id);
    this.service = new ServiceFunction(this, 'CopyFile', {
      config,
      name: 'copy-file',
      description: 'Copies a file from one bucket to another and compares the checksums',
      timeout: LONGEST_TIMEOUT,
      environment: {
        MULTIPART_THRESHOLD_BYTES: String(config.fileDistribution.multipartThresholdBytes),
        MULTIPART_PART_BYTES: String(config.fileDistribution.multipartPartBytes),
      },
    });
    this.#allowSource(buckets);
    this.#allowDestinations(buckets);
  }

  #allowSource({ source }: DistributionBuckets): void {
    this.service.allow({
      actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectVersionTagging'],
      resources: [source.objects('')],
    });
    // So that S3 answers 404 and not 403 for a file that is not there.
    this.service.allow({ actions: ['s3:ListBucket'], resources: [source.bucket.bucketArn] });
    this.service.acceptPattern(source.patternOf(''), 'Every file that is uploaded is distributed.');
  }

  #allowDestinations({ destinations, otherNames }: DistributionBuckets): void {
    const otherArns = otherNames.map((name) => `arn:${Aws.PARTITION}:s3:::${name}`);
    const otherObjects = otherArns.map((arn) => `${arn}/*`);
    this.service.allow({
      actions: [
        's3:GetObject', // compares what is there with what should be
        's3:GetObjectVersionTagging',
        's3:PutObject',
        's3:PutObjectTagging',
        's3:AbortMultipartUpload',
      ],
      resources: [...destinations.map((bucket) => bucket.objects('')), ...otherObjects],
    });
    // Buckets of others may keep no versions.
    if (otherObjects.length > 0) this.service.allow({ actions: ['s3:GetObjectTagging'], resources: otherObjects });
    this.service.allow({
      actions: ['s3:ListBucket'],
      resources: [...destinations.map(({ bucket }) => bucket.bucketArn), ...otherArns],
    });
    const reason = 'A copy has the key of its source, which is not known before.';
    for (const bucket of destinations) this.service.acceptPattern(bucket.patternOf(''), reason);
    for (const name of otherNames) this.service.acceptPattern(`arn:<AWS::Partition>:s3:::${name}/*`, reason);
  }
}
