import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { Config } from '../config.ts';

/** Who may start workflows over HTTP: whoever IAM allows, or who has a token of the configured issuer. */
export function callerAuthorizer({ api: { jwt } }: Config): IHttpRouteAuthorizer {
  return jwt ? new HttpJwtAuthorizer('Tokens', jwt.issuer, { jwtAudience: jwt.audience }) : new HttpIamAuthorizer();
}
