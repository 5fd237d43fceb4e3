import type { Clock } from '../clock.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { ApiDefinition, HttpApi, IntegrationDefinition, RouteDefinition, StageDefinition } from './http-api.ts';
import { IDENTITY_SOURCE, JwtAuthorizer } from './jwt-authorizer.ts';

/** An authorizer as a template declares it. */
export interface DeclaredAuthorizer {
  apiId: string;
  id: string;
  name: string;
  /** `JWT`, or `REQUEST` for a function. */
  type: string;
  identitySources: readonly string[];
  jwt?: { issuer: string; audience: readonly string[] };
}

/** An issuer must be asked over TLS, except on this machine. */
const ISSUER = /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost)(:\d+)?(\/|$))/;

/** The APIs of the loaded stacks. Refuses what is not served, with API Gateway's `BadRequestException`. */
export class ApiStore {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #apis = new Map<string, HttpApi>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  putApi(definition: ApiDefinition): void {
    const known = this.#apis.get(definition.id);
    this.#apis.set(definition.id, {
      stages: new Map(),
      integrations: new Map(),
      routes: new Map(),
      authorizers: new Map(),
      ...known,
      definition,
    });
  }

  putStage(stage: StageDefinition): void {
    this.#get(stage.apiId).stages.set(stage.name, stage);
  }

  putIntegration(integration: IntegrationDefinition): void {
    const { apiId, id, type, payloadFormatVersion, roleArn } = integration;
    if (type !== 'AWS_PROXY' || payloadFormatVersion !== '2.0')
      throw new AwsError(
        'BadRequestException',
        `Integration ${id}: the local runtime serves AWS_PROXY with payload format 2.0, not ${type} with ${payloadFormatVersion}.`,
      );
    if (roleArn !== undefined)
      throw new AwsError(
        'BadRequestException',
        `Integration ${id}: the local runtime lets API Gateway invoke functions by their resource policies, not with ${roleArn}.`,
      );
    this.#get(apiId).integrations.set(id, integration);
  }

  putAuthorizer({ apiId, id, name, type, identitySources, jwt }: DeclaredAuthorizer): void {
    const refused = (message: string) => new AwsError('BadRequestException', `Authorizer ${name}: ${message}`);
    if (type !== 'JWT' || !jwt) throw refused(`the local runtime serves JWT authorizers, not ${type}.`);
    const strange = identitySources.find((source) => !IDENTITY_SOURCE.test(source));
    if (strange !== undefined || identitySources.length === 0)
      throw refused(
        `a token comes in $request.header.<name> or $request.querystring.<name>, not in ${strange ?? 'nothing'}.`,
      );
    if (!ISSUER.test(jwt.issuer))
      throw refused(`Invalid issuer: ${jwt.issuer}. An issuer must be a URL with https://.`);
    const authorizer = new JwtAuthorizer({ apiId, id, name, identitySources, jwt }, this.#clock);
    this.#get(apiId).authorizers.set(id, authorizer);
  }

  putRoute(route: RouteDefinition): void {
    const { apiId, routeKey, authorizationType, authorizerId = '' } = route;
    const api = this.#get(apiId);
    if (authorizationType === 'CUSTOM')
      throw new AwsError(
        'BadRequestException',
        `Route ${routeKey}: the local runtime serves the authorization types NONE, AWS_IAM and JWT, not CUSTOM.`,
      );
    if (authorizationType === 'JWT' && !api.authorizers.has(authorizerId))
      throw new AwsError('BadRequestException', `Route ${routeKey}: Invalid authorizer ID specified: ${authorizerId}`);
    api.routes.set(route.id, route);
  }

  find(apiId: string): HttpApi | undefined {
    return this.#apis.get(apiId);
  }

  #get(apiId: string): HttpApi {
    const api = this.#apis.get(apiId);
    if (api) return api;
    throw new AwsError('NotFoundException', `Invalid API identifier specified ${apiId}`, { status: 404 });
  }
}
