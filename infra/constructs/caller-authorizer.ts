import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { Config } from '../config.ts';
import type { RouteAccess } from './http-api.ts';

/** Who may start workflows over HTTP: whoever IAM allows, or who has a token of the configured issuer. */
export function callerAuthorizer({ api: { jwt } }: Config): RouteAccess {
  if (!jwt) return { authorizer: new HttpIamAuthorizer() };
  const { issuer, audience, scopes } = jwt;
  const authorizer = new HttpJwtAuthorizer('Tokens', issuer, { jwtAudience: audience });
  return { authorizer, ...(scopes.length > 0 && { authorizationScopes: scopes }) };
}
