import { z } from 'zod';
import { type Clock, MovableClock } from './clock.ts';
import type { Faults } from './faults/faults.ts';
import { faultOperations } from './faults/faults-api.ts';
import { type HttpRoute, jsonResponse, type RouteResponse } from './gateway/http-route.ts';

const PREFIX = '/_storygate/';
const advance = z.strictObject({ advanceMs: z.int().nonnegative() });

export interface ControlPlaneOptions {
  clock: Clock;
  /** Names of the loaded stacks; empty until the runtime is ready. */
  stacks: () => readonly string[];
  faults: Faults;
}

/**
 * The runtime's own API beside AWS's: `GET /_storygate/health`, `PUT`, `GET` and `DELETE /_storygate/faults`, and
 * `POST /_storygate/clock {"advanceMs": 1000}` for a run that was started with a movable clock.
 */
export function controlPlane({ clock, stacks, faults }: ControlPlaneOptions): HttpRoute {
  const operations: Record<string, (body: unknown) => RouteResponse> = {
    'GET /_storygate/health': () => {
      const loaded = stacks();
      const ready = loaded.length > 0;
      return jsonResponse(ready ? 200 : 503, { product: 'storygate', ready, stacks: loaded });
    },
    'POST /_storygate/clock': (body) => moveClock(clock, body),
    ...faultOperations(faults),
  };
  return {
    prefix: PREFIX,
    handle: async ({ method, url, body }) => {
      const operation = operations[`${method} ${url.split('?')[0]}`];
      if (operation) return operation(jsonOf(body));
      return jsonResponse(404, { message: `no such operation; there are ${Object.keys(operations).join(', ')}` });
    },
  };
}

function moveClock(clock: Clock, body: unknown): RouteResponse {
  if (!(clock instanceof MovableClock))
    return jsonResponse(409, { message: 'this runtime keeps real time; start it with --movable-clock' });
  const { data, error } = advance.safeParse(body);
  if (!data)
    return jsonResponse(400, { message: `expected {"advanceMs": <whole milliseconds>}: ${z.prettifyError(error)}` });
  try {
    clock.advance(data.advanceMs);
  } catch (refused) {
    if (refused instanceof RangeError) return jsonResponse(400, { message: refused.message });
    throw refused;
  }
  return jsonResponse(200, { now: new Date(clock.now()).toISOString() });
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
