import { AwsError } from '../../gateway/aws-error.ts';
import type { Json } from '../json.ts';
import { type Arguments, argumentsOf } from './arguments.ts';
import { bodyOf, type HttpAnswer, parsedBody } from './http-body.ts';
import { sendRequest } from './http-request.ts';
import { type Integration, type IntegrationContext, type TaskCall, TaskError } from './integration.ts';

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
    const headers = headersOf(ownHeaders(input), contentType, credentials.headers);
    const answer = await sendRequest(
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

/**
 * The headers that AWS takes from nobody but itself, as its documentation of HTTP tasks lists them; `authorization` is
 * refused as well, being the connection's business.
 */
const REFUSED_HEADERS = new Set(
  `a-im accept-charset accept-datetime accept-encoding authorization cache-control connection content-encoding content-md5
   date expect forwarded from host http2-settings if-match if-modified-since if-none-match if-range if-unmodified-since
   max-forwards origin pragma proxy-authorization referer server te trailer transfer-encoding upgrade via warning`.split(
    /\s+/,
  ),
);

function ownHeaders(input: Arguments): Record<string, string> {
  const headers = input.texts('Headers');
  const refused = Object.keys(headers).filter((name) => isRefused(name.toLowerCase()));
  if (refused.length === 0) return headers;
  throw input.invalid('Headers', `contains headers that an HTTP task may not set: ${refused.join(', ')}`);
}

const isRefused = (name: string) => REFUSED_HEADERS.has(name) || /^x-(forwarded|amz|amzn)-/.test(name);

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

function resultOf(answer: HttpAnswer): Json {
  return {
    Headers: answer.headers,
    ResponseBody: parsedBody(answer),
    StatusCode: answer.status,
    StatusText: answer.statusText,
  };
}
