import { z } from 'zod';
import { defined, text } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** A movable name for a version of a function. */
export const lambdaAlias = resourceType({
  type: 'AWS::Lambda::Alias',
  properties: z.strictObject({
    Name: z.string(),
    FunctionName: z.string(),
    FunctionVersion: text,
    Description: z.string().optional(),
  }),
  ignored: { ProvisionedConcurrencyConfig: 'starts are cheap here' },
  async create({ Name, FunctionName, FunctionVersion, Description }, { modules }) {
    const { arn } = await modules.lambda.putAlias(
      defined({ functionName: FunctionName, name: Name, functionVersion: FunctionVersion, description: Description }),
    );
    return { id: arn, attributes: { AliasArn: arn } };
  },
});
