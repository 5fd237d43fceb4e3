import { AwsError } from '../gateway/aws-error.ts';
import type {
  ApiDefinition,
  AuthorizerDefinition,
  HttpApi,
  IntegrationDefinition,
  RouteDefinition,
  StageDefinition,
} from './http-api.ts';

/** The APIs of the loaded stacks. Refuses what is not served, with API Gateway's `BadRequestException`. */
export class ApiStore {
  readonly #apis = new Map<string, HttpApi>();

  putApi(definition: ApiDefinition): void {
    const known = this.#apis.get(definition.id);
    this.#apis.set(definition.id, {
      stages: new Map(),
      integrations: new Map(),
      routes: new Map(),
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

  putAuthorizer({ name, type }: AuthorizerDefinition): never {
    throw new AwsError(
      'BadRequestException',
      `Authorizer ${name}: the local runtime serves routes without authorization or with AWS_IAM, not ${type}.`,
    );
  }

  putRoute(route: RouteDefinition): void {
    const { apiId, routeKey, authorizationType } = route;
    if (authorizationType !== 'NONE' && authorizationType !== 'AWS_IAM')
      throw new AwsError(
        'BadRequestException',
        `Route ${routeKey}: the local runtime serves the authorization types NONE and AWS_IAM, not ${authorizationType}.`,
      );
    this.#get(apiId).routes.set(route.id, route);
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
