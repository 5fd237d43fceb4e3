import { z } from 'zod';
import { defined, number } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** A function behind routes. */
export const apiGatewayV2Integration = resourceType({
  type: 'AWS::ApiGatewayV2::Integration',
  properties: z.strictObject({
    ApiId: z.string(),
    IntegrationType: z.string(),
    IntegrationUri: z.string(),
    CredentialsArn: z.string().optional(),
    PayloadFormatVersion: z.string().default('1.0'),
    TimeoutInMillis: number.default(30_000),
  }),
  ignored: { Description: 'a note', IntegrationMethod: 'functions are called in one way' },
  async create(properties, context) {
    const id = context.id(7);
    await context.modules.httpApis.putIntegration(
      defined({
        apiId: properties.ApiId,
        id,
        type: properties.IntegrationType,
        uri: properties.IntegrationUri,
        payloadFormatVersion: properties.PayloadFormatVersion,
        timeoutMs: properties.TimeoutInMillis,
        roleArn: properties.CredentialsArn,
      }),
    );
    return { id, attributes: { IntegrationId: id } };
  },
});
