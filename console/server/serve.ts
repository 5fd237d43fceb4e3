import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { CliError } from '../../cli/errors.ts';
import { api, type Operation } from './api.ts';
import type { ApiRequest, ConsoleContext } from './context.ts';
import { refusalOf } from './guard.ts';
import { problemOf, readJson, secure, sendJson } from './http.ts';
import { streamTopic } from './live.ts';
import { sendFile } from './static-files.ts';

export interface ServeOptions extends ConsoleContext {
  /** On 127.0.0.1; 0 takes a free one. */
  port: number;
  /** By which option people give it; `--port` unless told otherwise. */
  portOption?: string;
  /** Default: a new one. */
  token?: string;
  /** Resolves when the page is built. The first request waits for it. */
  built: () => Promise<unknown>;
}

export interface RunningConsole {
  /** The address to open. Its fragment holds the session's token, which no browser sends to any server. */
  url: string;
  close(): Promise<void>;
}

/** Serves the console on 127.0.0.1 to whoever has its address with the token. Throws `CliError` when the port is taken. */
export async function serveConsole(options: ServeOptions): Promise<RunningConsole> {
  const session = { port: options.port, token: options.token ?? randomBytes(24).toString('base64url') };
  const operations = Object.entries(api(options)).map(([path, operation]) => ({ match: matcher(path), operation }));
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => fail(response, error, options.targetName));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    secure(response);
    const refusal = refusalOf(request, session);
    if (refusal) return sendJson(response, refusal.status, refusal);
    const url = new URL(request.url ?? '/', 'http://console');
    if (!url.pathname.startsWith('/api/')) {
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return sendJson(response, 405, { message: 'the page is only read' });
      await options.built();
      return sendFile(response, url.pathname);
    }
    for (const { match, operation } of operations) {
      const params = match(request.method ?? '', url.pathname);
      if (params) return run(operation, apiRequest(request, response, params, url), response, options.targetName);
    }
    sendJson(response, 404, { message: `the console has no ${request.method} ${url.pathname}` });
  }

  session.port = await listen(server, options);
  return {
    url: `http://127.0.0.1:${session.port}/#token=${session.token}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function listen(server: Server, { port, portOption = '--port' }: ServeOptions): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((cause: unknown) => {
    throw new CliError(`the console cannot listen on 127.0.0.1:${port}; give another ${portOption}`, { cause });
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** `GET /api/executions/:name` as a function that gives the values of its names, or undefined. */
function matcher(operation: string): (method: string, path: string) => Record<string, string> | undefined {
  const [expected = '', pattern = ''] = operation.split(' ');
  const expression = new RegExp(`^${pattern.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
  return (method, path) => {
    const found = method === expected ? expression.exec(path) : null;
    if (!found) return undefined;
    return Object.fromEntries(
      Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
  };
}

function apiRequest(
  request: IncomingMessage,
  response: ServerResponse,
  params: Record<string, string>,
  url: URL,
): ApiRequest {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return { params, query: url.searchParams, body: () => readJson(request), signal: gone.signal };
}

async function run(operation: Operation, request: ApiRequest, response: ServerResponse, target: string): Promise<void> {
  if (operation.kind === 'stream') return operation.run(request, response);
  if (operation.kind === 'live')
    return streamTopic(response, operation.topic(request), { target, signal: request.signal });
  sendJson(response, 200, await operation.run(request));
}

function fail(response: ServerResponse, error: unknown, target: string): void {
  const problem = problemOf(error, target);
  if (response.headersSent) response.end();
  else sendJson(response, problem.status, problem);
}
