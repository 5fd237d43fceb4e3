import { z } from 'zod';
import { localArn } from '../../gateway/arn.ts';
import { resourceType } from '../resource-type.ts';

const schema = z.strictObject({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
});

/** A statement of a function's resource policy. */
export const lambdaPermission = resourceType({
  type: 'AWS::Lambda::Permission',
  properties: schema,
  async create(properties, context) {
    const arn = functionArn(properties.FunctionName);
    const id = context.name(undefined, { maxLength: 100 });
    await context.modules.lambda.putPermission(arn, {
      Sid: id,
      Effect: 'Allow',
      Principal: principal(properties.Principal),
      Action: properties.Action,
      Resource: arn,
      ...condition(properties),
    });
    return { id, attributes: { Id: id } };
  },
});

/** Names and ARNs, qualified or not, are all taken. */
function functionArn(name: string): string {
  return name.startsWith('arn:') ? name : localArn('lambda', `function:${name}`);
}

function principal(name: string): string | Record<string, string> {
  if (name === '*') return '*';
  return name.includes('amazonaws.com') ? { Service: name } : { AWS: name };
}

/** Lambda compares the source's ARN as a pattern. */
function condition({ SourceArn, SourceAccount }: z.infer<typeof schema>) {
  const tests = {
    ...(SourceArn ? { ArnLike: { 'aws:SourceArn': SourceArn } } : {}),
    ...(SourceAccount ? { StringEquals: { 'aws:SourceAccount': SourceAccount } } : {}),
  };
  return Object.keys(tests).length > 0 ? { Condition: tests } : {};
}
