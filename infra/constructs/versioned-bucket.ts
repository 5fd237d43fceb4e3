import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { removalPolicy } from '../naming.ts';
import { customerKey } from './customer-key.ts';

/** Old versions of a file are kept as long as Step Functions keeps the history of the executions that read them. */
const OLD_VERSIONS_KEPT = Duration.days(90);

export interface VersionedBucketProps {
  config: Config;
  bucketName: string;
  /** Whether object events go to EventBridge. */
  events: boolean;
}

/** A private, encrypted bucket that keeps versions. `Prefix`: the prefixes that policies may name. */
export class VersionedBucket<Prefix extends string = string> extends Construct {
  readonly bucket: Bucket;
  readonly #resource: CfnBucket;

  constructor(scope: Construct, id: string, { config, bucketName, events }: VersionedBucketProps) {
    super(scope, id);
    const key = customerKey(this, config);
    this.bucket = new Bucket(this, 'Bucket', {
      bucketName,
      versioned: true,
      ...(key
        ? { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      removalPolicy: removalPolicy(config),
      autoDeleteObjects: !config.retainData,
      lifecycleRules: [
        { id: 'old-versions', noncurrentVersionExpiration: OLD_VERSIONS_KEPT },
        { id: 'broken-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
      ],
    });
    if (!(this.bucket.node.defaultChild instanceof CfnBucket))
      throw new TypeError('a Bucket is no longer made of a CfnBucket');
    this.#resource = this.bucket.node.defaultChild;
    // The construct's own `eventBridgeEnabled` would set this through a custom resource: one more function with broad rights.
    if (events) this.#resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Who read or wrote an object is recorded by CloudTrail data events; access logs would need a second bucket for the same.',
    });
  }

  /** ARN pattern of the objects below a prefix, for policies. */
  objects(prefix: Prefix): string {
    return this.bucket.arnForObjects(`${prefix}*`);
  }

  /** What cdk-nag calls the pattern of `objects(prefix)`. */
  patternOf(prefix: Prefix): string {
    return `<${Stack.of(this).getLogicalId(this.#resource)}.Arn>/${prefix}*`;
  }
}
