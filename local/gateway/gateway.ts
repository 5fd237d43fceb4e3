import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Iam, Principal, Requirement } from '../iam/principal.ts';
import { AwsError } from './aws-error.ts';
import { ConnectionLost } from './connection-lost.ts';
import { foreignCaller, readBody } from './http-request.ts';
import { type HttpRoute, jsonResponse, type RouteRequest, type RouteResponse } from './http-route.ts';
import { bindingError, closeServer } from './http-server.ts';
import { accessKeyId, identify, protocolOf, type WireRequest } from './identify.ts';
import type { JsonService } from './json-service.ts';
import { presentable, renderError } from './render-error.ts';
import type { AwsRequest, AwsResponse, AwsService } from './service.ts';

// An import would load all that the module offers, fetch and WebSocket among it, which takes 20 ms at every start.
const { createServer, validateHeaderName, validateHeaderValue } = process.getBuiltinModule('node:http');

/**
 * Stands between authorization and the service: may delay, refuse, repeat, or drop what `next` answers.
 * @param requirements what the caller had to be allowed to do, which names the resources
 */
export type Interceptor = (
  request: AwsRequest,
  next: () => Promise<AwsResponse>,
  requirements: readonly Requirement[],
) => Promise<AwsResponse>;

export interface GatewayOptions {
  iam: Iam;
  services: readonly (AwsService | JsonService)[];
  routes?: readonly HttpRoute[];
  /** Run in this order for each authorized request. The list may be changed while the gateway runs. */
  interceptors?: Interceptor[];
}

/** A call of one module to another's service. JSON and query services take `input`; REST services the rest. */
export interface GatewayCall {
  service: string;
  action: string;
  input?: Readonly<Record<string, unknown>>;
  method?: string;
  path?: string;
  query?: URLSearchParams | Record<string, string>;
  headers?: Readonly<Record<string, string>>;
  body?: Buffer;
}

/** The one endpoint of the local runtime: finds out what a request is and by whom, checks that they may, and dispatches. */
export class Gateway {
  readonly interceptors: Interceptor[];
  readonly #iam: Iam;
  readonly #services: ReadonlyMap<string, AwsService>;
  readonly #targets: ReadonlyMap<string, string>;
  readonly #routes: readonly HttpRoute[];
  readonly #server: Server;
  #url: string | undefined;

  constructor({ iam, services, routes = [], interceptors = [] }: GatewayOptions) {
    this.#iam = iam;
    this.#routes = routes;
    this.interceptors = interceptors;
    this.#services = new Map(services.map((service) => [service.name, service]));
    this.#targets = new Map(
      services.flatMap((service) => ('targetPrefix' in service ? [[service.targetPrefix, service.name]] : [])),
    );
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.keepAliveTimeout = 120_000; // longer than SDKs keep idle sockets, so that they never meet a closed one
  }

  /** `http://127.0.0.1:<port>`. Throws before `listen` has resolved. */
  get url(): string {
    if (this.#url) return this.#url;
    throw new Error('The gateway has no address yet: it is not listening.');
  }

  /** Listens on 127.0.0.1 only. @param port 0 for any free one. Rejects with a clear message when the port is taken. */
  async listen(port: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', (error) => reject(bindingError(error, port)));
    this.#server.listen(port, '127.0.0.1', resolve);
    await promise;
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The gateway listens on no TCP port.');
    this.#url = `http://127.0.0.1:${address.port}`;
  }

  /** Takes no further requests, lets those under way finish for a moment, and ends all connections. */
  close(): Promise<void> {
    return closeServer(this.#server);
  }

  /** The pipeline that requests from outside take, for components that act as a principal. Throws `AwsError`. */
  call(principal: Principal, call: GatewayCall): Promise<AwsResponse> {
    return this.#dispatch({
      service: call.service,
      action: call.action,
      principal,
      requestId: randomUUID(),
      method: call.method ?? 'POST',
      path: call.path ?? '/',
      query: new URLSearchParams(call.query ?? {}),
      headers: call.headers ?? {},
      body: call.body ?? Buffer.alloc(0),
      input: call.input ?? {},
    });
  }

  /**
   * A request of the runtime itself to one of its routes, which takes no socket; undefined for addresses elsewhere.
   * Rejects with `ConnectionLost` when a fault wants no answer.
   */
  fetch(url: URL, request: Pick<RouteRequest, 'method' | 'rawHeaders' | 'body'>): Promise<RouteResponse> | undefined {
    const route = url.origin === this.#url ? this.#routeOf(url.pathname) : undefined;
    return route && this.#fetchFrom(route, url, request);
  }

  async #fetchFrom(
    route: HttpRoute,
    { pathname, search, port }: URL,
    request: Pick<RouteRequest, 'method' | 'rawHeaders' | 'body'>,
  ): Promise<RouteResponse> {
    const requestId = randomUUID();
    const caller = { httpVersion: '1.1', remoteAddress: '127.0.0.1', localPort: Number(port) };
    const answer = await this.#routed(route, { ...request, ...caller, url: pathname + search }, requestId);
    const headers = headersOf(request.method, requestId, answer);
    return { ...answer, headers, ...(isBodiless(request.method, answer.status) && { body: '' }) };
  }

  #routeOf(path: string): HttpRoute | undefined {
    return this.#routes.find(({ prefix }) => path.startsWith(prefix));
  }

  async #routed(route: HttpRoute, request: RouteRequest, requestId: string): Promise<RouteResponse> {
    try {
      const answer = await route.handle(request);
      for (const [name, value] of Object.entries(answer.headers)) {
        validateHeaderName(name);
        validateHeaderValue(name, String(value));
      }
      return answer;
    } catch (error) {
      if (error instanceof ConnectionLost) throw error;
      const { status, message } = presentable(error, `${request.method} ${request.url}`, requestId);
      return jsonResponse(status, { message });
    }
  }

  async #dispatch(request: AwsRequest): Promise<AwsResponse> {
    const service = this.#services.get(request.service);
    if (!service)
      throw new AwsError(
        'UnknownOperationException',
        `The local runtime does not serve ${request.service}:${request.action}.`,
      );
    const requirements = service.requires(request);
    this.#iam.authorize(request.principal, requirements);
    const handle = () => service.handle(request);
    return this.interceptors.reduceRight<() => Promise<AwsResponse>>(
      (next, interceptor) => () => interceptor(request, next, requirements),
      handle,
    )();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    try {
      const foreign = foreignCaller(request);
      if (foreign) return send(response, request.method, requestId, jsonResponse(403, { message: foreign }));
      const wire = await readBody(request);
      const route = this.#routeOf(wire.path);
      const answer = route
        ? await this.#routed(route, routeRequest(request, wire.body), requestId)
        : await this.#answer(wire, requestId);
      send(response, wire.method, requestId, answer);
    } catch (error) {
      if (response.headersSent || error instanceof ConnectionLost) return void response.destroy();
      response.statusMessage = ''; // an answer that could not be written leaves its own: 500 OK
      const { status, message } = presentable(error, `${request.method} ${request.url}`, requestId);
      send(response, request.method, requestId, jsonResponse(status, { message }));
    }
  }

  async #answer(wire: WireRequest, requestId: string): Promise<AwsResponse> {
    let identified: { service: string; action: string } | undefined;
    try {
      const known = identify(wire, this.#targets);
      identified = known;
      const principal = this.#iam.principalOf(accessKeyId(wire));
      return await this.#dispatch({ ...wire, ...known, principal, requestId });
    } catch (error) {
      if (error instanceof ConnectionLost) throw error;
      const what = identified ? `${identified.service}:${identified.action}` : `${wire.method} ${wire.path}`;
      return renderError(presentable(error, what, requestId), {
        protocol: protocolOf(wire),
        service: identified?.service,
        method: wire.method,
        contentType: wire.headers['content-type'],
        requestId,
      });
    }
  }
}

/** Answers with these have no body. */
const isBodiless = (method: string | undefined, status: number) =>
  method === 'HEAD' || status === 204 || status === 304;

function send(
  response: ServerResponse,
  method: string | undefined,
  requestId: string,
  answer: AwsResponse | RouteResponse,
): void {
  const { status, body } = answer;
  response.writeHead(status, headersOf(method, requestId, answer));
  response.end(isBodiless(method, status) ? undefined : body);
}

/** All headers but those of the connection. */
function headersOf(
  method: string | undefined,
  requestId: string,
  { status, headers, body }: AwsResponse | RouteResponse,
): Record<string, string | string[]> {
  return {
    'x-amzn-requestid': requestId,
    // Node's own date header ignores a moved clock; SDKs would think that theirs is wrong and repeat failed calls.
    date: new Date().toUTCString(),
    ...headers,
    ...(!isBodiless(method, status) && { 'content-length': String(Buffer.byteLength(body)) }),
  };
}

function routeRequest({ method = 'GET', url = '/', rawHeaders, httpVersion, socket }: IncomingMessage, body: Buffer) {
  const { remoteAddress = '127.0.0.1', localPort = 443 } = socket;
  return { method, url, rawHeaders, httpVersion, remoteAddress, localPort, body };
}
