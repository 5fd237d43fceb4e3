import { z } from 'zod';
import { json } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** An inline policy that the template attaches to roles. */
export const iamPolicy = resourceType({
  type: 'AWS::IAM::Policy',
  properties: z.strictObject({ PolicyName: z.string(), PolicyDocument: json, Roles: z.array(z.string()) }),
  create({ PolicyName, PolicyDocument, Roles }, { modules }) {
    for (const role of Roles) modules.iam.attachPolicy(role, PolicyName, PolicyDocument);
    return { id: PolicyName, attributes: { Id: PolicyName } };
  },
});
