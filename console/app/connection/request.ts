import { readEvents } from './event-stream.ts';
import { token } from './token.ts';

/** The console's server has refused or failed; the message is made for people. */
export class RequestError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'RequestError';
    this.status = status;
  }
}

/** Calls the console's own API. Throws `RequestError` with what its server says, status 0 when it does not answer. */
export async function call(path: string, options: { body?: unknown; signal?: AbortSignal } = {}): Promise<Response> {
  const { body, signal } = options;
  const response = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'x-storygate-token': token(), ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new RequestError(0, 'The console’s server does not answer. Is storygate still running?');
  });
  if (response.ok) return response;
  throw new RequestError(response.status, await messageOf(response));
}

async function messageOf(response: Response): Promise<string> {
  try {
    const { message }: { message: string } = await response.json();
    return message;
  } catch {
    return `The console’s server answered ${response.status}`;
  }
}

/** Gets JSON. The caller names the type that the server's code gives this path. */
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await call(path, signal ? { signal } : {})).json();
}

/** Posts JSON and gets JSON. */
export async function postJson<T>(path: string, body: unknown): Promise<T> {
  return (await call(path, { body })).json();
}

/** Posts JSON and follows what the server tells meanwhile, until it is done. */
export async function postAndFollow<T>(
  path: string,
  body: unknown,
  onProgress: (progress: { done: number; selected: number }) => void,
): Promise<T> {
  const response = await call(path, { body });
  for await (const { event, data } of readEvents(response)) {
    const value = JSON.parse(data);
    if (event === 'progress') onProgress(value);
    if (event === 'trouble') throw new RequestError(value.status, value.message);
    if (event === 'done') return value;
  }
  throw new RequestError(0, 'The connection was lost before it was done; look again and repeat what is left');
}
