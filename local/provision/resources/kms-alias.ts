import { z } from 'zod';
import { resourceType } from '../resource-type.ts';

/** A second name for a key. */
export const kmsAlias = resourceType({
  type: 'AWS::KMS::Alias',
  properties: z.strictObject({ AliasName: z.string(), TargetKeyId: z.string() }),
  create: ({ AliasName }) => ({ id: AliasName, attributes: {} }),
});
