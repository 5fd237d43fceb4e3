import { z } from 'zod';
import { json } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

const document = z.union([
  json,
  z.string().transform((source, context) => {
    try {
      return json.parse(JSON.parse(source));
    } catch {
      context.addIssue('is not a policy document');
      return z.NEVER;
    }
  }),
]);

/** Lets AWS services write to log groups: one policy for the account, each statement names its groups. */
export const logsResourcePolicy = resourceType({
  type: 'AWS::Logs::ResourcePolicy',
  properties: z.strictObject({ PolicyName: z.string(), PolicyDocument: document }),
  create({ PolicyName, PolicyDocument }, { modules }) {
    modules.iam.putServicePolicy('logs', PolicyName, PolicyDocument);
    return { id: PolicyName, attributes: {} };
  },
});
