import { z } from 'zod';
import { defined } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** A route of an API to its integration. */
export const apiGatewayV2Route = resourceType({
  type: 'AWS::ApiGatewayV2::Route',
  properties: z.strictObject({
    ApiId: z.string(),
    RouteKey: z.string(),
    Target: z.string().startsWith('integrations/'),
    AuthorizationType: z.enum(['NONE', 'AWS_IAM', 'CUSTOM', 'JWT']).default('NONE'),
    AuthorizerId: z.string().optional(),
    AuthorizationScopes: z.array(z.string()).optional(),
  }),
  ignored: { OperationName: 'a note' },
  async create(properties, context) {
    const id = context.id(7);
    await context.modules.httpApis.putRoute(
      defined({
        apiId: properties.ApiId,
        id,
        routeKey: properties.RouteKey,
        integrationId: properties.Target.slice('integrations/'.length),
        authorizationType: properties.AuthorizationType,
        authorizerId: properties.AuthorizerId,
        authorizationScopes: properties.AuthorizationScopes,
      }),
    );
    return { id, attributes: { RouteId: id } };
  },
});
