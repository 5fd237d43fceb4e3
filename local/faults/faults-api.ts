import { z } from 'zod';
import { jsonResponse, type RouteResponse } from '../gateway/http-route.ts';
import { faultPlan } from './fault.ts';
import type { Faults } from './faults.ts';

/** What a person or a test says over HTTP about faults: `PUT`, `GET` and `DELETE /_storygate/faults`. */
export function faultOperations(faults: Faults): Record<string, (body: unknown) => RouteResponse> {
  const report = () => jsonResponse(200, faults.report());
  return {
    'GET /_storygate/faults': report,
    'PUT /_storygate/faults': (body) => {
      const { data, error } = faultPlan.safeParse(body);
      if (!data) return jsonResponse(400, { message: `not a list of faults: ${z.prettifyError(error)}` });
      faults.replace(data);
      return report();
    },
    'DELETE /_storygate/faults': () => {
      faults.replace({ faults: [] });
      return report();
    },
  };
}
