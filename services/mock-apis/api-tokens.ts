import * as z from 'zod/mini';
import { sameText } from '../shared/same-text.ts';

/** The bearer token of the mock APIs. Two are valid at a time, so that callers change over without a refusal. */
export const ApiTokens = z.object({
  token: z.string('the API token').check(z.minLength(1, 'the API token')),
  previous: z._default(z.string('the token before it, may be empty'), ''),
});
export type ApiTokens = z.infer<typeof ApiTokens>;

/** Whether a token is one of the two. An empty one never is. */
export function isKnownToken(presented: string, { token, previous }: ApiTokens): boolean {
  return [token, previous].some((known) => known !== '' && sameText(presented, known));
}
