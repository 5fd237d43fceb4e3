import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { faultPlan } from './fault.ts';
import type { Faults } from './faults.ts';

/** What a person or a test says over HTTP about faults: `PUT`, `GET` and `DELETE /_storygate/faults`. */
export function faultOperations(faults: Faults): Record<string, (response: ServerResponse, body: unknown) => void> {
  const report = (response: ServerResponse) => answer(response, 200, faults.report());
  return {
    'GET /_storygate/faults': report,
    'PUT /_storygate/faults': (response, body) => {
      const { data, error } = faultPlan.safeParse(body);
      if (!data) return answer(response, 400, { message: `not a list of faults: ${z.prettifyError(error)}` });
      faults.replace(data);
      report(response);
    },
    'DELETE /_storygate/faults': (response) => {
      faults.replace({ faults: [] });
      report(response);
    },
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
