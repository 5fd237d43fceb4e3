import { z } from 'zod';
import { boolean, defined, number } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

const jwt = z.strictObject({ Issuer: z.string(), Audience: z.array(z.string()).default([]) });

/** Who may call a route: a function that decides, or an issuer of tokens. */
export const apiGatewayV2Authorizer = resourceType({
  type: 'AWS::ApiGatewayV2::Authorizer',
  properties: z.strictObject({
    ApiId: z.string(),
    Name: z.string(),
    AuthorizerType: z.enum(['REQUEST', 'JWT']),
    AuthorizerUri: z.string().optional(),
    AuthorizerCredentialsArn: z.string().optional(),
    AuthorizerPayloadFormatVersion: z.string().optional(),
    AuthorizerResultTtlInSeconds: number.default(0),
    EnableSimpleResponses: boolean.default(false),
    IdentitySource: z.array(z.string()).default([]),
    JwtConfiguration: jwt.optional(),
  }),
  async create(properties, context) {
    const id = context.id(6);
    const { JwtConfiguration: tokens } = properties;
    await context.modules.httpApis.putAuthorizer(
      defined({
        apiId: properties.ApiId,
        id,
        name: properties.Name,
        type: properties.AuthorizerType,
        uri: properties.AuthorizerUri,
        roleArn: properties.AuthorizerCredentialsArn,
        payloadFormatVersion: properties.AuthorizerPayloadFormatVersion,
        resultTtlSeconds: properties.AuthorizerResultTtlInSeconds,
        enableSimpleResponses: properties.EnableSimpleResponses,
        identitySources: properties.IdentitySource,
        jwt: tokens && { issuer: tokens.Issuer, audience: tokens.Audience },
      }),
    );
    return { id, attributes: { AuthorizerId: id } };
  },
});
