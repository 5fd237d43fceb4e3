import { z } from 'zod';
import { json } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** The policy of a bucket. */
export const s3BucketPolicy = resourceType({
  type: 'AWS::S3::BucketPolicy',
  properties: z.strictObject({ Bucket: z.string(), PolicyDocument: json }),
  async create({ Bucket, PolicyDocument }, { modules }) {
    await modules.buckets.setPolicy(Bucket, PolicyDocument);
    return { id: Bucket, attributes: {} };
  },
});
