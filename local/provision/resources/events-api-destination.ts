import { z } from 'zod';
import { defined, number } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** An HTTP endpoint that rules deliver to. */
export const eventsApiDestination = resourceType({
  type: 'AWS::Events::ApiDestination',
  properties: z.strictObject({
    Name: z.string().optional(),
    Description: z.string().optional(),
    ConnectionArn: z.string(),
    InvocationEndpoint: z.string(),
    HttpMethod: z.string(),
    InvocationRateLimitPerSecond: number.optional(),
  }),
  async create(properties, context) {
    const name = context.name(properties.Name, { maxLength: 64 });
    const { arn } = await context.modules.events.putApiDestination(
      defined({
        name,
        description: properties.Description,
        connectionArn: properties.ConnectionArn,
        invocationEndpoint: properties.InvocationEndpoint,
        httpMethod: properties.HttpMethod,
        invocationRateLimitPerSecond: properties.InvocationRateLimitPerSecond,
      }),
    );
    return { id: name, attributes: { Arn: arn, ArnForPolicy: arn.replace(/\/[^/]+$/, '') } };
  },
});
