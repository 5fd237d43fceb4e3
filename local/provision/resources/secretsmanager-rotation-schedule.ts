import { z } from 'zod';
import { boolean, defined, json } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** How a secret is rotated: by which function, and when. */
export const secretsManagerRotationSchedule = resourceType({
  type: 'AWS::SecretsManager::RotationSchedule',
  properties: z.strictObject({
    SecretId: z.string().startsWith('arn:', 'give the ARN'),
    RotationLambdaARN: z.string(),
    RotationRules: json.optional(),
    RotateImmediatelyOnUpdate: boolean.pipe(z.literal(false, 'deploying rotates no secret here; say so')),
  }),
  async create({ SecretId, RotationLambdaARN, RotationRules }, { modules }) {
    await modules.secrets.putRotation(
      defined({ secretId: SecretId, functionArn: RotationLambdaARN, rules: RotationRules }),
    );
    return { id: SecretId, attributes: { Id: SecretId } };
  },
});
