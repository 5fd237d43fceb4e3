import { z } from 'zod';
import { generateSecretString, generation } from '../generated-secret.ts';
import { allTags, defined, tagList } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** A secret; its value stays over restarts, also when it is a generated one. */
export const secretsManagerSecret = resourceType({
  type: 'AWS::SecretsManager::Secret',
  properties: z.strictObject({
    Name: z.string().optional(),
    Description: z.string().optional(),
    SecretString: z.string().optional(),
    GenerateSecretString: generation.optional(),
    Tags: tagList,
  }),
  ignored: { KmsKeyId: 'secrets on this machine are as safe as the machine' },
  async create({ Name, Description, SecretString, GenerateSecretString, Tags }, context) {
    const generate = GenerateSecretString && (() => generateSecretString(GenerateSecretString));
    const { arn } = await context.modules.secrets.putSecret(
      defined({
        name: context.name(Name, { maxLength: 512 }),
        description: Description,
        secretString: SecretString ?? generate,
        tags: allTags(Tags, context),
      }),
    );
    return { id: arn, attributes: { Id: arn } };
  },
});
