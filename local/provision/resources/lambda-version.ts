import { z } from 'zod';
import { defined } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** An immutable version of a function's present state. */
export const lambdaVersion = resourceType({
  type: 'AWS::Lambda::Version',
  properties: z.strictObject({ FunctionName: z.string(), Description: z.string().optional() }),
  ignored: {
    CodeSha256: 'a check against concurrent deployments',
    ProvisionedConcurrencyConfig: 'starts are cheap here',
  },
  async create({ FunctionName, Description }, { modules }) {
    const { arn, version } = await modules.lambda.putVersion(
      defined({ functionName: FunctionName, description: Description }),
    );
    return { id: arn, attributes: { Version: version, FunctionArn: arn } };
  },
});
