import { z } from 'zod';
import { localArn } from '../../gateway/arn.ts';
import { resourceType } from '../resource-type.ts';

/** A key: it has a name so that others can refer to it, but nothing is encrypted here. */
export const kmsKey = resourceType({
  type: 'AWS::KMS::Key',
  properties: z.looseObject({}), // keys have no local effect, whatever they declare
  create(_, context) {
    const id = context.uuid();
    return { id, attributes: { Arn: localArn('kms', `key/${id}`), KeyId: id } };
  },
});
