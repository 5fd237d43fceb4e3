import { s3Operation } from '../s3/s3-operation.ts';
import { schedulerAction } from '../scheduler/scheduler-action.ts';
import { AwsError } from './aws-error.ts';
import { lambdaAction } from './lambda-action.ts';
import { parseQueryInput } from './query-input.ts';
import type { AwsRequest } from './service.ts';

/** How errors are rendered, see `renderError`. */
export type Protocol = 'json' | 'query' | 'rest-json' | 's3';

/** A request as it came over the wire. */
export interface WireRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

export type Identified = Pick<AwsRequest, 'service' | 'action' | 'input' | 'path'>;

/** Protocols of services whose requests a content type or a path cannot tell for sure. */
const PROTOCOL_BY_SERVICE: Readonly<Record<string, Protocol>> = {
  s3: 's3',
  lambda: 'rest-json',
  scheduler: 'rest-json',
};

/**
 * Tells the protocol of a request by its form alone, so that even what is not understood gets a readable error. A form's
 * content type is the last thing to go by: curl sends it with whatever body it is given.
 */
export function protocolOf({ headers, path, query }: Omit<WireRequest, 'body'>): Protocol {
  if (headers['x-amz-target'] !== undefined) return 'json';
  const service = signedService(headers, query);
  const known = service === undefined ? undefined : PROTOCOL_BY_SERVICE[service];
  if (known) return known;
  if (isLambdaPath(path)) return 'rest-json';
  const mayBeQuery = service !== undefined || QUERY_PATH.test(path);
  return mayBeQuery && (isForm(headers) || query.has('Action')) ? 'query' : 's3';
}

/**
 * Finds service, action and input.
 * @param targets service names by the prefix of `X-Amz-Target`
 * @throws AwsError UnknownOperationException, SerializationException, MissingAction
 */
export function identify(request: WireRequest, targets: ReadonlyMap<string, string>): Identified {
  switch (protocolOf(request)) {
    case 'json':
      return identifyJson(request, targets);
    case 'query':
      return identifyQuery(request);
    case 'rest-json':
      return isScheduler(request.headers, request.query)
        ? { service: 'scheduler', action: schedulerAction(request), input: {}, path: request.path }
        : { service: 'lambda', action: lambdaAction(request), input: {}, path: request.path };
    case 's3': {
      const path = pathStyle(request);
      return { service: 's3', action: s3Operation({ ...request, path }), input: {}, path };
    }
  }
}

function identifyJson({ headers, body, path }: WireRequest, targets: ReadonlyMap<string, string>): Identified {
  const target = headers['x-amz-target'] ?? '';
  const dot = target.lastIndexOf('.');
  const service = targets.get(target.slice(0, dot));
  if (service) return { service, action: target.slice(dot + 1), input: parseJson(body), path };
  throw new AwsError('UnknownOperationException', `The local runtime does not serve "${target}".`);
}

function parseJson(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    const input: unknown = JSON.parse(body.toString());
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input };
  } catch {} // the same answer for what does not parse and what is no object
  throw new AwsError('SerializationException', 'The body of the request is not a JSON object.');
}

/** The API versions that tell services apart where a request is not signed. */
const SERVICE_BY_VERSION: Readonly<Record<string, string>> = {
  '2010-03-31': 'sns',
  '2010-05-15': 'cloudformation',
  '2011-06-15': 'sts',
  '2012-11-05': 'sqs',
};

function identifyQuery({ headers, query, body, path }: WireRequest): Identified {
  const parameters = isForm(headers) ? new URLSearchParams(body.toString()) : query;
  const action = parameters.get('Action');
  if (!action) throw new AwsError('MissingAction', 'The request has no "Action" parameter.');
  const service = signedService(headers, query) ?? SERVICE_BY_VERSION[parameters.get('Version') ?? ''];
  if (service === 'sqs')
    throw new AwsError(
      'UnknownOperationException',
      `SQS is served in its JSON protocol only, and "${action}" came in the query protocol: use AWS CLI 1.29.64, 2.13.28 or later.`,
    );
  return { service: service ?? 'unknown', action, input: parseQueryInput(parameters), path };
}

/** The access key id that signed the request, from its header or, for presigned URLs, its query. */
export function accessKeyId({ headers, query }: Pick<WireRequest, 'headers' | 'query'>): string | undefined {
  return credentialScope(headers, query)?.[0] ?? query.get('AWSAccessKeyId') ?? undefined; // the latter as older tools presign
}

function signedService(headers: WireRequest['headers'], query: URLSearchParams): string | undefined {
  return credentialScope(headers, query)?.[3];
}

/** `<key>/<date>/<region>/<service>/aws4_request` in its pieces. */
function credentialScope(headers: WireRequest['headers'], query: URLSearchParams): string[] | undefined {
  const inHeader = headers['authorization']?.match(/Credential=([^,\s]+)/)?.[1];
  return (inHeader ?? query.get('X-Amz-Credential') ?? undefined)?.split('/');
}

/** S3 paths as `/<bucket>/<key>`, also for `<bucket>.localhost` and `<bucket>.s3.localhost` hosts. */
function pathStyle({ headers, path }: WireRequest): string {
  const bucket = hostName(headers['host'] ?? '').match(/^(.+?)(?:\.s3)?\.localhost$/)?.[1];
  return bucket && bucket !== 's3' ? `/${bucket}${path}` : path;
}

/** The host without its port. */
export function hostName(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

const isForm = (headers: WireRequest['headers']) =>
  headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;

/** Scheduler's paths look like those of a bucket `schedules`; who signed them tells. */
const isScheduler = (headers: WireRequest['headers'], query: URLSearchParams) =>
  signedService(headers, query) === 'scheduler';

/** Where requests of the query protocol go: the root, and for SQS a queue's URL. */
const QUERY_PATH = /^\/$|^\/\d{12}\//;

/** Lambda's paths start with the date of an API version, which no bucket of ours does. */
const isLambdaPath = (path: string) => /^\/20\d\d-\d\d-\d\d\//.test(path);
