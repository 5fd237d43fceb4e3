import { z } from 'zod';
import { json } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** The policy of a secret. */
export const secretsManagerResourcePolicy = resourceType({
  type: 'AWS::SecretsManager::ResourcePolicy',
  properties: z.strictObject({ SecretId: z.string().startsWith('arn:', 'give the ARN'), ResourcePolicy: json }),
  ignored: { BlockPublicPolicy: 'nothing here is public' },
  create({ SecretId, ResourcePolicy }, { modules }) {
    modules.iam.putResourcePolicy(SecretId, ResourcePolicy);
    return { id: SecretId, attributes: {} };
  },
});
