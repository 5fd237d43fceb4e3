import type { RouteResponse } from '../../gateway/http-route.ts';
import type { HttpAnswer } from './http-body.ts';
import { type IntegrationContext, TaskError } from './integration.ts';

// An import would load all that the module offers, as in the gateway.
const { STATUS_CODES } = process.getBuiltinModule('node:http');

/** An HTTP task waits at most 60 seconds for its answer. */
const TIMEOUT_MS = 60_000;

export interface HttpRequest {
  method: string;
  headers: Headers;
  body?: string;
}

/**
 * Sends a request, within the process where the gateway itself answers it.
 * @throws TaskError `States.Http.Socket` when there is no answer
 */
export async function sendRequest(
  url: URL,
  init: HttpRequest,
  { fetch: own }: IntegrationContext['tasks'],
  waits: AbortSignal,
): Promise<HttpAnswer> {
  try {
    const asked = own(url, ownRequest(url, init));
    const answer = asked && (await inTime(asked, waits));
    const next = answer ? redirected(url, init, answer) : { url, init };
    if (answer && !next) return ownAnswer(answer);
    const signal = AbortSignal.any([waits, AbortSignal.timeout(TIMEOUT_MS)]);
    return await answerOf(await fetch(next?.url ?? url, { ...(next?.init ?? init), signal }));
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
  const headers: Record<string, string[]> = {};
  for (const [name, value] of response.headers) headers[name] = [...(headers[name] ?? []), value]; // cookies come one by one
  return { status: response.status, statusText: response.statusText, headers, text: await response.text() };
}

const REDIRECTS = [301, 302, 303, 307, 308];
/** What `fetch` would make of it. */
function ownAnswer({ status, headers, body }: RouteResponse): HttpAnswer {
  const lists = Object.entries(headers).map(([name, value]): [string, string[]] => [name, [value].flat()]);
  return {
    status,
    statusText: STATUS_CODES[status] ?? '',
    headers: Object.fromEntries(lists),
    text: new TextDecoder().decode(decoded(Buffer.from(body), String(headers['content-encoding']))),
  };
}

function decoded(body: Buffer, encoding: string): Buffer {
  const { brotliDecompressSync, gunzipSync, inflateSync } = process.getBuiltinModule('node:zlib');
  const decode = { br: brotliDecompressSync, deflate: inflateSync, gzip: gunzipSync }[encoding];
  return decode && body.length > 0 ? decode(body) : body;
}

/** A redirect is followed over the network: as `fetch` follows them, with GET unless the answer wants the method kept. */
function redirected(url: URL, { method, headers, body }: HttpRequest, answer: RouteResponse) {
  const location = answer.headers['location'];
  if (!REDIRECTS.includes(answer.status) || location === undefined) return undefined;
  const next = new URL(String(location), url);
  const kept = answer.status >= 307 || method === 'GET' || method === 'HEAD';
  const sent = without(headers, [...(next.origin === url.origin ? [] : CREDENTIALS), ...(kept ? [] : BODY_HEADERS)]);
  const init = kept ? { method, headers: sent, ...(body !== undefined && { body }) } : { method: 'GET', headers: sent };
  return { url: next, init };
}

/** What does not go along to another host, and what told of a body that is not sent again. */
const CREDENTIALS = ['authorization', 'proxy-authorization', 'cookie'];
const BODY_HEADERS = ['content-encoding', 'content-language', 'content-location', 'content-type'];

function without(headers: Headers, names: readonly string[]): Headers {
  const rest = new Headers(headers);
  for (const name of names) rest.delete(name);
  return rest;
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
