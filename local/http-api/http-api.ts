import type { JwtAuthorizer } from './jwt-authorizer.ts';

/** An HTTP API as a template declares it. Its parts come one by one and refer to each other by id. */
export interface ApiDefinition {
  id: string;
  name: string;
  description?: string;
  /** `CorsConfiguration` of the template. */
  cors?: object;
  disableExecuteApiEndpoint?: boolean;
  tags?: Readonly<Record<string, string>>;
}

export interface StageDefinition {
  apiId: string;
  /** `$default`, or the first segment of the stage's paths. */
  name: string;
  accessLog?: { groupArn: string; format: string };
  throttling?: Throttling;
  /** By route key; over the stage's own. */
  routeThrottling?: Readonly<Record<string, Throttling>>;
  variables?: Readonly<Record<string, string>>;
}

export interface Throttling {
  /** Requests at once. */
  burstLimit?: number;
  /** Requests a second. */
  rateLimit?: number;
}

export interface IntegrationDefinition {
  apiId: string;
  id: string;
  /** `AWS_PROXY` only. */
  type: string;
  /** The function's ARN, or Lambda's invocation path around it. */
  uri: string;
  payloadFormatVersion: string;
  timeoutMs: number;
  roleArn?: string;
}

/** Who may call a route: whoever has a token of an issuer. */
export interface AuthorizerDefinition {
  apiId: string;
  id: string;
  name: string;
  /** Where a request has its token: `$request.header.Authorization`. */
  identitySources: readonly string[];
  jwt: { issuer: string; audience: readonly string[] };
}

export interface RouteDefinition {
  apiId: string;
  id: string;
  /** `POST /callback`, `ANY /files/{path+}` or `$default`. */
  routeKey: string;
  integrationId: string;
  authorizationType: 'NONE' | 'AWS_IAM' | 'CUSTOM' | 'JWT';
  authorizerId?: string;
  /** For JWT: a token must have one of them, if there are any. */
  authorizationScopes?: readonly string[];
}

/** One API with all its parts. */
export interface HttpApi {
  definition: ApiDefinition;
  stages: Map<string, StageDefinition>;
  integrations: Map<string, IntegrationDefinition>;
  routes: Map<string, RouteDefinition>;
  authorizers: Map<string, JwtAuthorizer>;
}
