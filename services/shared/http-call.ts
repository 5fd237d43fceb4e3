import * as z from 'zod/mini';
import { HttpProblem } from './problem-json.ts';

/** The parts of an HTTP API event (payload format 2.0) that a function without Middy needs. */
export const HttpCall = z.object({
  requestContext: z.object({ http: z.object({ method: z.string() }) }),
  headers: z.optional(z.record(z.string(), z.optional(z.string()))),
  body: z.optional(z.string()),
  isBase64Encoded: z.optional(z.boolean()),
});
export type HttpCall = z.infer<typeof HttpCall>;

/**
 * The body as JSON.
 *
 * @param example what a right body looks like, for the caller whose body is none
 * @throws HttpProblem 400
 */
export function jsonBody({ body = '', isBase64Encoded }: HttpCall, example: string): unknown {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpProblem(400, 'Invalid JSON', `the request body is not JSON, expected ${example}`);
  }
}

/** A header by its name in lower case. */
export function header({ headers = {} }: HttpCall, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}
