import { z } from 'zod';
import { bucketEncryption, bucketLifecycle } from '../bucket-documents.ts';
import { allTags, boolean, defined, json, tagList } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

const notifications = z.strictObject({
  EventBridgeConfiguration: z.strictObject({ EventBridgeEnabled: boolean.default(true) }).optional(),
});

/** A bucket; its objects stay over restarts. */
export const s3Bucket = resourceType({
  type: 'AWS::S3::Bucket',
  properties: z.strictObject({
    BucketName: z.string().optional(),
    VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }).optional(),
    NotificationConfiguration: notifications.optional(),
    PublicAccessBlockConfiguration: json.optional(),
    // Both are only shown: what has been written here stays until someone deletes it, as safe as the machine is.
    BucketEncryption: bucketEncryption.optional(),
    LifecycleConfiguration: bucketLifecycle.optional(),
    Tags: tagList,
  }),
  ignored: {
    OwnershipControls: 'there is one account',
    LoggingConfiguration: 'there are no server access logs',
  },
  async create(properties, context) {
    const name = context.name(properties.BucketName, { maxLength: 63, lowerCase: true });
    await context.modules.buckets.put(
      defined({
        name,
        versioned: properties.VersioningConfiguration?.Status === 'Enabled',
        eventBridge: properties.NotificationConfiguration?.EventBridgeConfiguration?.EventBridgeEnabled ?? false,
        publicAccessBlock: properties.PublicAccessBlockConfiguration,
        encryption: properties.BucketEncryption,
        lifecycle: properties.LifecycleConfiguration,
        tags: allTags(properties.Tags, context),
      }),
    );
    return {
      id: name,
      attributes: {
        Arn: `arn:aws:s3:::${name}`,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.us-east-1.amazonaws.com`,
      },
    };
  },
});
