import { z } from 'zod';

// As the gateway does: an import would load all that the module offers.
const { validateHeaderName, validateHeaderValue } = process.getBuiltinModule('node:http');

/** What the client gets. */
export interface ApiResponse {
  status: number;
  headers: Record<string, string>;
  /** Each becomes a `set-cookie` header. */
  cookies: readonly string[];
  body: Buffer;
}

/** They are about one connection, and API Gateway's to the client is its own. Source: RFC 9110, 7.6.1 */
const HOP_BY_HOP = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade'],
]);

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const structured = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), scalar).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/**
 * The answer to what a function returned. An object with `statusCode` says itself what to answer; anything else is
 * answered with 200 as JSON. Undefined when the function's answer is malformed.
 */
export function integrationResponse(payload: string): ApiResponse | undefined {
  const result: unknown = JSON.parse(payload);
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) return bareResponse(result);
  const { data } = structured.safeParse(result);
  if (!data) return undefined;
  const headers = Object.entries(data.headers ?? {})
    .map(([name, value]): [string, string] => [name.toLowerCase(), String(value)])
    .filter(([name]) => !HOP_BY_HOP.has(name));
  const cookies = headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value);
  const response = {
    status: data.statusCode,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...Object.fromEntries(headers.filter(([name]) => name !== 'set-cookie')),
    },
    cookies: [...cookies, ...(data.cookies ?? [])],
    body: Buffer.from(data.body ?? '', data.isBase64Encoded ? 'base64' : 'utf8'),
  };
  return isValid(response) ? response : undefined;
}

/** Whether HTTP has such headers. */
function isValid({ headers, cookies }: ApiResponse): boolean {
  try {
    for (const [name, value] of Object.entries(headers)) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
    for (const cookie of cookies) validateHeaderValue('set-cookie', cookie);
    return true;
  } catch {
    return false;
  }
}

function bareResponse(result: unknown): ApiResponse {
  const text = typeof result === 'string' ? result : JSON.stringify(result);
  return { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body: Buffer.from(text) };
}

/** API Gateway's own answers: `{"message":"Not Found"}`. */
export function messageResponse(status: number, message: string): ApiResponse {
  const body = Buffer.from(JSON.stringify({ message }));
  return { status, headers: { 'content-type': 'application/json' }, cookies: [], body };
}
