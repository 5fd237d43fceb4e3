import { AwsError } from '../../gateway/aws-error.ts';
import type { RouteResponse } from '../../gateway/http-route.ts';
import type { Json } from '../json.ts';
import { type Arguments, argumentsOf } from './arguments.ts';
import { bodyOf, type HttpAnswer, parsedBody } from './http-body.ts';
import { type Integration, type IntegrationContext, type TaskCall, TaskError } from './integration.ts';

// An import would load all that the module offers, as in the gateway.
const { STATUS_CODES } = process.getBuiltinModule('node:http');

const FIELDS = [
  'ApiEndpoint',
  'Method',
  'Authentication',
  'InvocationConfig',
  'Headers',
  'QueryParameters',
  'RequestBody',
  'Transform',
];

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'];

/** An HTTP task waits at most 60 seconds for its answer. */
const TIMEOUT_MS = 60_000;

/** `arn:aws:states:::http:invoke`: calls an HTTPS API with the credentials of an EventBridge connection. */
export const httpInvoke: Integration = {
  resourceType: 'http',
  async run(call, context) {
    const input = argumentsOf(call, FIELDS);
    const method = methodOf(input);
    const endpoint = here(endpointOf(input), context);
    authorize(call, context, endpoint, method);
    const credentials = credentialsOf(call, context, input);
    addQuery(endpoint, input.texts('QueryParameters'));
    addQuery(endpoint, credentials.query);
    const { body, contentType } = bodyOf(input, method, credentials.body);
    const headers = headersOf(input.texts('Headers'), contentType, credentials.headers);
    const answer = await request(
      endpoint,
      { method, headers, ...(body !== undefined && { body }) },
      context.tasks,
      call.signal,
    );
    if (answer.status < 200 || answer.status > 299)
      throw new TaskError(`States.Http.StatusCode.${answer.status}`, answer.text || answer.statusText);
    return resultOf(answer);
  },
};

function methodOf(input: Arguments): string {
  const method = input.text('Method');
  if (METHODS.includes(method)) return method;
  throw input.invalid('Method', `must be one of ${METHODS.join(', ')}, not '${method}'`);
}

/** AWS requires https. A local API without a certificate is fine where it stays on this machine. */
function endpointOf(input: Arguments): URL {
  const text = input.text('ApiEndpoint');
  const url = URL.parse(text);
  if (!url) throw input.invalid('ApiEndpoint', `must be a URL, not '${text}'`);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))) return url;
  throw input.invalid('ApiEndpoint', `must begin with https://, not '${text}'`);
}

const isLoopback = ({ hostname }: URL) => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);

/** An execution from before a restart on another port knows the local APIs by their former address. */
function here(url: URL, { tasks }: IntegrationContext): URL {
  if (isLoopback(url) && url.pathname.startsWith('/_apis/')) url.host = new URL(tasks.endpoint()).host;
  return url;
}

function authorize(call: TaskCall, { iam }: IntegrationContext, endpoint: URL, method: string): void {
  const context = { 'states:httpendpoint': endpoint.href, 'states:httpmethod': method };
  try {
    iam.authorize(call.principal, [{ action: 'states:InvokeHTTPEndpoint', resource: call.machineArn, context }]);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const allowed =
      'Ensure that the StateMachine role contains the states:InvokeHTTPEndpoint permission for the given API Endpoint';
    throw new TaskError(
      'States.Permissions',
      `AWS Step Functions is not authorized to perform states:InvokeHTTPEndpoint on API Endpoint ${endpoint.href}. ${allowed}. ${error.message}`,
      { cause: error },
    );
  }
}

type Credentials = ReturnType<IntegrationContext['tasks']['connections']['connectionCredentials']>;

function credentialsOf(call: TaskCall, { tasks }: IntegrationContext, input: Arguments): Credentials {
  const field = input.value('Authentication') === undefined ? 'InvocationConfig' : 'Authentication';
  const connectionArn = input.object(field).text('ConnectionArn');
  try {
    return tasks.connections.connectionCredentials(connectionArn, call.principal);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const reason = /AccessDenied/.test(error.code) ? 'AccessDenied' : 'InvalidConnectionState';
    throw new TaskError(`Events.ConnectionResource.${reason}`, error.message, { cause: error });
  }
}

function addQuery(url: URL, parameters: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(parameters)) url.searchParams.append(name, value);
}

/** The connection's headers win over those of the state. */
function headersOf(
  own: Record<string, string>,
  contentType: string | undefined,
  connection: Record<string, string>,
): Headers {
  const headers = new Headers({
    'User-Agent': 'Amazon|StepFunctions|HttpInvoke|us-east-1',
    Range: 'bytes=0-262144',
    ...(contentType !== undefined && { 'Content-Type': contentType }),
  });
  for (const [name, value] of [...Object.entries(own), ...Object.entries(connection)]) headers.set(name, value);
  return headers;
}

interface HttpRequest {
  method: string;
  headers: Headers;
  body?: string;
}

async function request(
  url: URL,
  init: HttpRequest,
  { fetch: own }: IntegrationContext['tasks'],
  waits: AbortSignal,
): Promise<HttpAnswer> {
  try {
    const answer = own(url, ownRequest(url, init));
    if (answer) return ownAnswer(await inTime(answer, waits));
    const signal = AbortSignal.any([waits, AbortSignal.timeout(TIMEOUT_MS)]);
    return await answerOf(await fetch(url, { ...init, signal }));
  } catch (error) {
    throw new TaskError('States.Http.Socket', socketProblem(url, error), { cause: error });
  }
}

function ownRequest({ host }: URL, { method, headers, body = '' }: HttpRequest) {
  const length = body === '' ? [] : ['content-length', lengthOf(body)];
  return { method, rawHeaders: ['host', host, ...[...headers].flat(), ...length], body: Buffer.from(body) };
}

const lengthOf = (body: string | Buffer) => String(Buffer.byteLength(body));

async function answerOf(response: Response): Promise<HttpAnswer> {
  const headers = [...response.headers].map(([name, value]): [string, string[]] => [name, [value]]);
  return {
    status: response.status,
    statusText: response.statusText,
    headers: Object.fromEntries(headers),
    text: await response.text(),
  };
}

/** With the headers that it has when it comes over the network. */
function ownAnswer({ status, headers, body }: RouteResponse): HttpAnswer {
  const all = { ...headers, date: new Date().toUTCString(), 'content-length': lengthOf(body) };
  const lists = Object.entries(all).map(([name, value]): [string, string[]] => [name, [value].flat()]);
  return {
    status,
    statusText: STATUS_CODES[status] ?? '',
    headers: Object.fromEntries(lists),
    text: body.toString(),
  };
}

/** Rejects as `fetch` does: with the signal's reason, or a `TimeoutError`. */
async function inTime<T>(answer: Promise<T>, waits: AbortSignal): Promise<T> {
  const ended = Promise.withResolvers<never>();
  const abort = () => ended.reject(waits.reason);
  const timeout = setTimeout(() => ended.reject(new DOMException('no answer', 'TimeoutError')), TIMEOUT_MS);
  waits.addEventListener('abort', abort, { once: true });
  return Promise.race([answer, ended.promise]).finally(() => {
    clearTimeout(timeout);
    waits.removeEventListener('abort', abort);
  });
}

function socketProblem(url: URL, error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `The HTTP request to ${url.origin} timed out after ${TIMEOUT_MS / 1000} seconds`;
  const reason = error instanceof Error && error.cause !== undefined ? error.cause : error; // `fetch` only says that it failed
  return `The HTTP request to ${url.origin} failed: ${reason instanceof Error ? reason.message : String(reason)}`;
}

function resultOf(answer: HttpAnswer): Json {
  return {
    Headers: answer.headers,
    ResponseBody: parsedBody(answer),
    StatusCode: answer.status,
    StatusText: answer.statusText,
  };
}
