import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../gateway/aws-error.ts';
import { ConnectionLost } from '../gateway/connection-lost.ts';
import type { HttpRoute } from '../gateway/http-route.ts';
import type { FaultyCall } from './call.ts';
import type { Faults } from './faults.ts';

/** The HTTP APIs with faults on the way to them: service `execute-api`, action `POST /callback`. */
export function faultyRoute(route: HttpRoute, faults: Faults): HttpRoute {
  return {
    prefix: route.prefix,
    handle: async (request, response, body) => {
      if (faults.none) return route.handle(request, response, body);
      try {
        const release = await faults.call(callOf(request, route.prefix), async () => {
          const held = hold(response);
          await route.handle(request, response, body);
          return held;
        });
        release();
      } catch (error) {
        if (error instanceof ConnectionLost || !(error instanceof AwsError)) throw error;
        response.writeHead(error.status, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ message: error.message }));
      }
    },
  };
}

/** `/_apis/<api id>/callback?x=1` → `POST /callback`. */
function callOf({ method, url = '' }: IncomingMessage, prefix: string): FaultyCall {
  const [path = ''] = url.slice(prefix.length).split('?');
  return { service: 'execute-api', action: `${method} ${path.slice(path.indexOf('/'))}`, resources: [] };
}

/** Keeps an answer from being sent until it is known whether it is lost. Returns what sends it. */
function hold(response: ServerResponse): () => void {
  const calls: (() => void)[] = [];
  const later =
    (name: 'writeHead' | 'end') =>
    (...args: unknown[]) => {
      calls.push(() => Reflect.apply(response[name], response, args));
      return response;
    };
  Object.assign(response, { writeHead: later('writeHead'), end: later('end') });
  return () => {
    Reflect.deleteProperty(response, 'writeHead');
    Reflect.deleteProperty(response, 'end');
    for (const call of calls) call();
  };
}
