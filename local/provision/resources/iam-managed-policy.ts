import { z } from 'zod';
import { ACCOUNT } from '../../gateway/arn.ts';
import { json } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** A policy of the account's own: it names the roles it is attached to, or they name it. */
export const iamManagedPolicy = resourceType({
  type: 'AWS::IAM::ManagedPolicy',
  properties: z.strictObject({
    ManagedPolicyName: z.string().optional(),
    Path: z.string().default('/'),
    PolicyDocument: json,
    Roles: z.array(z.string()).default([]),
  }),
  ignored: { Description: 'a note' },
  create({ ManagedPolicyName, Path, PolicyDocument, Roles }, context) {
    const name = context.name(ManagedPolicyName, { maxLength: 128 });
    const arn = `arn:aws:iam::${ACCOUNT}:policy${Path}${name}`;
    context.modules.iam.putManagedPolicy(arn, PolicyDocument);
    for (const role of Roles) context.modules.iam.attachPolicy(role, arn, PolicyDocument);
    return { id: arn, attributes: { PolicyArn: arn } };
  },
});
