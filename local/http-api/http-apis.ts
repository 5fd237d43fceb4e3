import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { HttpRoute, RouteRequest, RouteResponse } from '../gateway/http-route.ts';
import type { Iam } from '../iam/principal.ts';
import type { LogSink } from '../lambda/function-log.ts';
import { accessLogLine } from './access-log.ts';
import { type ApiRequest, apiRequest, decodedPath, headSize } from './api-request.ts';
import { ApiStore, type DeclaredAuthorizer } from './api-store.ts';
import { corsHeaders, preflight } from './cors.ts';
import type { ApiDefinition, HttpApi, IntegrationDefinition, RouteDefinition, StageDefinition } from './http-api.ts';
import { authorizedSigner } from './iam-authorization.ts';
import { type Integrated, type IntegrationServices, integrate } from './integration.ts';
import { type ApiResponse, messageResponse } from './integration-response.ts';
import { type Caller, payload } from './payload.ts';
import { matchRoute } from './route-match.ts';
import { Throttle } from './throttle.ts';

/** API Gateway's limit for the body of a request. */
const LARGEST_BODY = 10 * 1024 * 1024;
/** Its limit for the request line and the header values, in bytes. Source: API Gateway's quotas for HTTP APIs. */
const LARGEST_HEAD = 10_240;
const PREFIX = '/_apis/';

export interface HttpApisOptions {
  clock: Clock;
  iam: Iam;
  lambda: IntegrationServices['lambda'];
  logs: LogSink;
  /** The gateway's URL. */
  endpoint: () => string;
}

interface Answer extends Partial<Integrated> {
  response: ApiResponse;
  routeKey?: string;
}

/** The HTTP APIs of the loaded stacks, at `/_apis/<api id>/<path>` on the gateway. */
export class HttpApis {
  readonly route: HttpRoute = {
    prefix: PREFIX,
    handle: (request) => this.#handle(request),
  };
  readonly #options: HttpApisOptions;
  readonly #apis: ApiStore;
  readonly #throttle: Throttle;

  constructor(options: HttpApisOptions) {
    this.#options = options;
    this.#apis = new ApiStore(options.clock);
    this.#throttle = new Throttle({ now: () => options.clock.now() });
  }

  /** Creates or updates an API; returns its address. */
  putApi(definition: ApiDefinition): { endpoint: string } {
    this.#apis.putApi(definition);
    return { endpoint: `${this.#options.endpoint()}${PREFIX}${definition.id}` };
  }

  putStage(stage: StageDefinition): void {
    this.#apis.putStage(stage);
  }

  /** @throws AwsError `BadRequestException` for anything but Lambda proxies of payload format 2.0 */
  putIntegration(integration: IntegrationDefinition): void {
    this.#apis.putIntegration(integration);
  }

  /** @throws AwsError `BadRequestException` for anything but an issuer of tokens */
  putAuthorizer(authorizer: DeclaredAuthorizer): void {
    this.#apis.putAuthorizer(authorizer);
  }

  putRoute(route: RouteDefinition): void {
    this.#apis.putRoute(route);
  }

  async #handle(message: RouteRequest): Promise<RouteResponse> {
    const began = performance.now();
    const located = this.#locate(message);
    if (!located) return routeResponse(messageResponse(404, 'Not Found'), randomUUID());
    const { api, stage, request } = located;
    const answer =
      headSize(request, message) > LARGEST_HEAD
        ? { response: messageResponse(431, 'Request Header Fields Too Large') }
        : await this.#answer(api, stage, request);
    this.#log(stage, request, answer, Math.round(performance.now() - began));
    const headers = { ...answer.response.headers, ...corsHeaders(api.definition.cors, request) };
    return routeResponse({ ...answer.response, headers }, request.requestId);
  }

  /** The API and stage of a request. A named stage comes first in the path, `$default` takes the rest. */
  #locate(message: RouteRequest) {
    const [path = '', rawQuery = ''] = splitOnce(message.url, '?');
    const [apiId = '', sent = ''] = splitOnce(path.slice(PREFIX.length), '/');
    const rest = decodedPath(sent);
    const api = this.#apis.find(apiId);
    if (!api || api.definition.disableExecuteApiEndpoint) return undefined;
    const [first = '', behind = ''] = splitOnce(rest, '/');
    const named = first === '$default' ? undefined : api.stages.get(first);
    const stage = named ?? api.stages.get('$default');
    if (!stage) return undefined;
    const routePath = `/${named ? behind : rest}`;
    const parts = { apiId, stage: stage.name, sentPath: `/${sent}`, rawPath: `/${rest}`, routePath, rawQuery };
    const request = apiRequest(message, { ...parts, requestId: randomUUID(), time: this.#options.clock.now() });
    return { api, stage, request };
  }

  async #answer(api: HttpApi, stage: StageDefinition, request: ApiRequest): Promise<Answer> {
    const answeredHere = preflight(api.definition.cors, request);
    if (answeredHere) return { response: answeredHere };
    const matched = matchRoute(api.routes.values(), request.method, request.routePath);
    const integration = matched && api.integrations.get(matched.route.integrationId);
    if (!matched || !integration) return { response: messageResponse(404, 'Not Found') };
    const { routeKey } = matched.route;
    const limits = stage.routeThrottling?.[routeKey] ?? stage.throttling ?? {};
    if (!this.#throttle.take(`${request.apiId}\n${stage.name}\n${routeKey}`, limits))
      return { routeKey, response: messageResponse(429, 'Too Many Requests') };
    const caller = await this.#caller(api, matched.route, request);
    if ('refusal' in caller) return { routeKey, response: caller.refusal };
    if (request.body.length > LARGEST_BODY)
      return { routeKey, response: messageResponse(413, 'Request Entity Too Large') };
    const event = payload(request, matched, stage, caller);
    return { routeKey, ...(await integrate(this.#options, integration, routeKey, request, event)) };
  }

  /** Who calls, as far as the route wants to know; or the answer to who may not. */
  async #caller(
    { authorizers }: HttpApi,
    { authorizationType, authorizerId = '', authorizationScopes = [] }: RouteDefinition,
    request: ApiRequest,
  ): Promise<Caller | { refusal: ApiResponse }> {
    if (authorizationType === 'NONE') return {};
    if (authorizationType === 'JWT') {
      const jwt = await authorizers.get(authorizerId)?.authorize(request, authorizationScopes);
      if (!jwt) return { refusal: messageResponse(401, 'Unauthorized') };
      return 'refusal' in jwt ? jwt : { jwt };
    }
    const signer = authorizedSigner(this.#options.iam, request);
    return signer ? { signer } : { refusal: messageResponse(403, 'Forbidden') };
  }

  #log({ accessLog, name }: StageDefinition, request: ApiRequest, answer: Answer, latency: number): void {
    if (!accessLog) return;
    const { response, routeKey, ...integration } = answer;
    const line = accessLogLine(accessLog.format, {
      request,
      routeKey,
      status: response.status,
      responseLength: response.body.length,
      latency,
      ...integration,
    });
    const group = accessLog.groupArn.split(':')[6] ?? accessLog.groupArn;
    this.#options.logs.append(group, `${request.apiId}/${name}`, [line]);
  }
}

function routeResponse({ status, headers, cookies, body }: ApiResponse, requestId: string): RouteResponse {
  const more = {
    'apigw-requestid': requestId,
    ...(cookies.length > 0 && { 'set-cookie': [...cookies] }),
    ...(status !== 204 && status !== 304 && { 'content-length': String(body.length) }), // HEAD tells it, too
  };
  return { status, headers: { ...headers, ...more }, body };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
