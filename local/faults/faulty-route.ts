import { AwsError } from '../gateway/aws-error.ts';
import { ConnectionLost } from '../gateway/connection-lost.ts';
import { type HttpRoute, jsonResponse, type RouteRequest } from '../gateway/http-route.ts';
import type { FaultyCall } from './call.ts';
import type { Faults } from './faults.ts';

/** The HTTP APIs with faults on the way to them: service `execute-api`, action `POST /callback`. */
export function faultyRoute(route: HttpRoute, faults: Faults): HttpRoute {
  return {
    prefix: route.prefix,
    handle: async (request) => {
      if (faults.none) return route.handle(request);
      try {
        return await faults.call(callOf(request, route.prefix), () => route.handle(request));
      } catch (error) {
        if (error instanceof ConnectionLost || !(error instanceof AwsError)) throw error;
        return jsonResponse(error.status, { message: error.message });
      }
    },
  };
}

/** `/_apis/<api id>/callback?x=1` → `POST /callback`. */
function callOf({ method, url }: RouteRequest, prefix: string): FaultyCall {
  const [path = ''] = url.slice(prefix.length).split('?');
  return { service: 'execute-api', action: `${method} ${path.slice(path.indexOf('/'))}`, resources: [] };
}
