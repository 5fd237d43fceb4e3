import { z } from 'zod';
import { ACCOUNT } from '../../gateway/arn.ts';
import { allTags, json, tagList } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** A role with its policies. Its path is part of its ARN. */
export const iamRole = resourceType({
  type: 'AWS::IAM::Role',
  properties: z.strictObject({
    RoleName: z.string().optional(),
    Path: z.string().default('/'),
    AssumeRolePolicyDocument: json,
    ManagedPolicyArns: z.array(z.string()).default([]),
    Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: json })).default([]),
    Tags: tagList,
  }),
  ignored: { Description: 'a note', MaxSessionDuration: 'local sessions do not expire' },
  create(properties, context) {
    const name = context.name(properties.RoleName, { maxLength: 64 });
    const arn = `arn:aws:iam::${ACCOUNT}:role${properties.Path}${name}`;
    const policies = properties.Policies.map(({ PolicyName, PolicyDocument }) => [PolicyName, PolicyDocument]);
    context.modules.iam.putRole({
      name,
      arn,
      assumeRolePolicy: properties.AssumeRolePolicyDocument,
      inlinePolicies: Object.fromEntries(policies),
      managedPolicyArns: properties.ManagedPolicyArns,
      tags: allTags(properties.Tags, context),
    });
    return { id: name, attributes: { Arn: arn, RoleId: `AROA${context.id(17).toUpperCase()}` } };
  },
});
