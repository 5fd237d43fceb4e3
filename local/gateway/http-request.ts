import type { IncomingMessage } from 'node:http';
import { AwsError } from './aws-error.ts';
import { hostName, type WireRequest } from './identify.ts';

/** Bodies are held in memory. Larger objects come in parts, as they do on AWS above 5 GiB. */
const LARGEST_BODY = 512 * 1024 * 1024;

/**
 * Why a request is refused before anything else, if it is: its `Host` is not this machine (a name that was rebound to
 * 127.0.0.1), or a page from elsewhere sent it (`Origin`). Keeps web pages that the user visits away from the runtime.
 */
export function foreignCaller({ headers }: IncomingMessage): string | undefined {
  const { host = '', origin } = headers;
  if (!isLocal(hostName(host))) return `The local runtime serves localhost only, not the host "${host}".`;
  if (origin !== undefined && !isLocalOrigin(origin)) return `The local runtime takes no requests from "${origin}".`;
  return undefined;
}

const isLocal = (name: string) => name === '127.0.0.1' || name === 'localhost' || name.endsWith('.localhost');

const isLocalOrigin = (origin: string) => URL.canParse(origin) && isLocal(new URL(origin).hostname);

/** Reads a request to its end. Throws `AwsError` RequestEntityTooLarge. */
export async function readBody(request: IncomingMessage): Promise<WireRequest> {
  const { pathname, search } = splitUrl(request.url ?? '/');
  return {
    method: request.method ?? 'GET',
    path: pathname,
    query: new URLSearchParams(search),
    headers: singleHeaders(request),
    body: await collect(request),
  };
}

/** By events: an asynchronous iterator over each request takes as long as parsing it. */
function collect(request: IncomingMessage): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= LARGEST_BODY) return void chunks.push(chunk);
    chunks.length = 0; // the rest is read, since the caller reads no answer before it has sent everything
    reject(tooLarge());
  });
  request.on('end', () => {
    const [only] = chunks;
    resolve(chunks.length === 1 && only ? only : Buffer.concat(chunks, length));
  });
  request.on('error', reject); // also when the caller goes away before the end
  return promise;
}

function tooLarge(): AwsError {
  const message = `A request's body may have ${LARGEST_BODY} bytes here.`;
  return new AwsError('RequestEntityTooLarge', message, { status: 413 });
}

/** Not `new URL`: it would resolve `..` segments, which are legal in the keys of S3 objects. */
function splitUrl(url: string): { pathname: string; search: string } {
  const question = url.indexOf('?');
  return question < 0
    ? { pathname: url, search: '' }
    : { pathname: url.slice(0, question), search: url.slice(question + 1) };
}

function singleHeaders({ headers }: IncomingMessage): Record<string, string> {
  const single: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) single[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return single;
}
