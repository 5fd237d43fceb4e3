import type { RouteRequest } from '../gateway/http-route.ts';
import { traceRoot } from '../gateway/trace-root.ts';

/** A request to an HTTP API, taken apart. */
export interface ApiRequest {
  requestId: string;
  apiId: string;
  stage: string;
  method: string;
  /** As it was sent, percent-encoded. */
  sentPath: string;
  /** As `rawPath` shows it: decoded, with the stage's name unless it is `$default`. */
  rawPath: string;
  /** For routes: decoded, without the stage's name. */
  routePath: string;
  rawQuery: string;
  /** Lower-case names, values of repeated headers joined by commas. */
  headers: Readonly<Record<string, string>>;
  cookies: readonly string[];
  body: Buffer;
  sourceIp: string;
  protocol: string;
  /** Epoch milliseconds. */
  time: number;
}

/** Takes a request apart; the paths are worked out by the caller, who knows the stages. */
export function apiRequest(
  message: RouteRequest,
  parts: Pick<ApiRequest, 'apiId' | 'stage' | 'sentPath' | 'rawPath' | 'routePath' | 'rawQuery' | 'requestId' | 'time'>,
): ApiRequest {
  const { cookie, ...headers } = joinedHeaders(message);
  const { method, body, remoteAddress: sourceIp } = message;
  return {
    ...parts,
    method,
    body,
    headers: {
      'x-amzn-trace-id': traceRoot(parts.time), // a client's own is passed on
      ...headers,
      'x-forwarded-for': sourceIp,
      'x-forwarded-port': String(message.localPort),
      'x-forwarded-proto': 'http',
    },
    cookies: cookie === undefined ? [] : cookie.split(/;\s*/),
    sourceIp,
    protocol: `HTTP/${message.httpVersion}`,
  };
}

/**
 * Percent-encoding taken away, once. What is no valid encoding is passed on as it came.
 *
 * HTTP APIs do so before they look for a route, so that `%2F` parts segments; REST APIs do not.
 * Source: the AWS team's findings in github.com/aws/aws-lambda-dotnet/pull/1901
 */
export function decodedPath(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Bytes of the request line and the header values, which API Gateway limits together. */
export function headSize({ method, sentPath, rawQuery, protocol }: ApiRequest, { rawHeaders }: RouteRequest): number {
  const line = `${method} ${sentPath}${rawQuery === '' ? '' : `?${rawQuery}`} ${protocol}`;
  return rawHeaders.reduce((size, text, index) => size + (index % 2 === 1 ? text.length : 0), line.length);
}

/** Not `message.headers`: Node drops repeated values of some headers. */
function joinedHeaders({ rawHeaders }: RouteRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const value = rawHeaders[at + 1] ?? '';
    const known = headers[name];
    headers[name] = known === undefined ? value : `${known}${name === 'cookie' ? '; ' : ','}${value}`;
  }
  return headers;
}
