import { z } from 'zod';
import { defined, number, text } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

const destination = z.strictObject({ Destination: z.string() });

/** How asynchronous invocations of a function are retried, and where their results go. */
export const lambdaEventInvokeConfig = resourceType({
  type: 'AWS::Lambda::EventInvokeConfig',
  properties: z.strictObject({
    FunctionName: z.string(),
    Qualifier: text,
    MaximumRetryAttempts: number.optional(),
    MaximumEventAgeInSeconds: number.optional(),
    DestinationConfig: z
      .strictObject({ OnSuccess: destination.optional(), OnFailure: destination.optional() })
      .optional(),
  }),
  async create(properties, context) {
    await context.modules.lambda.putEventInvokeConfig(
      defined({
        functionName: properties.FunctionName,
        qualifier: properties.Qualifier,
        maxRetryAttempts: properties.MaximumRetryAttempts,
        maxEventAgeSeconds: properties.MaximumEventAgeInSeconds,
        onSuccessArn: properties.DestinationConfig?.OnSuccess?.Destination,
        onFailureArn: properties.DestinationConfig?.OnFailure?.Destination,
      }),
    );
    return { id: context.name(undefined, { maxLength: 128 }), attributes: {} };
  },
});
