import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { type Clock, MovableClock } from './clock.ts';
import type { Faults } from './faults/faults.ts';
import { faultOperations } from './faults/faults-api.ts';
import type { HttpRoute } from './gateway/http-route.ts';

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
  const operations: Record<string, (response: ServerResponse, body: unknown) => void> = {
    'GET /_storygate/health': (response) => {
      const loaded = stacks();
      answer(response, loaded.length > 0 ? 200 : 503, {
        product: 'storygate',
        ready: loaded.length > 0,
        stacks: loaded,
      });
    },
    'POST /_storygate/clock': (response, body) => moveClock(clock, response, body),
    ...faultOperations(faults),
  };
  return {
    prefix: PREFIX,
    handle: async (request, response, body) => {
      const operation = operations[`${request.method} ${request.url?.split('?')[0]}`];
      if (operation) operation(response, jsonOf(body));
      else answer(response, 404, { message: `no such operation; there are ${Object.keys(operations).join(', ')}` });
    },
  };
}

function moveClock(clock: Clock, response: ServerResponse, body: unknown): void {
  const parsed = advance.safeParse(body);
  if (!(clock instanceof MovableClock))
    answer(response, 409, { message: 'this runtime keeps real time; start it with --movable-clock' });
  else if (!parsed.success)
    answer(response, 400, {
      message: `expected {"advanceMs": <whole milliseconds>}: ${z.prettifyError(parsed.error)}`,
    });
  else {
    clock.advance(parsed.data.advanceMs);
    answer(response, 200, { now: new Date(clock.now()).toISOString() });
  }
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
