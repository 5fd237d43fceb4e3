import { AwsError } from '../gateway/aws-error.ts';
import { optionalNumber, optionalString } from '../gateway/input.ts';

/** Most items of one answer, and how many there are unless the caller limits them. */
const MOST_ITEMS = 100;

/**
 * The part of a list that a request asks for with `Limit` and `NextToken`, and the token of the next one.
 * @throws AwsError `ValidationException` for a token that is none of ours
 */
export function pageOf<Item>(
  items: readonly Item[],
  request: Readonly<Record<string, unknown>>,
): { items: Item[]; NextToken: string | undefined } {
  const token = optionalString(request, 'NextToken') ?? '0';
  if (!/^\d+$/.test(token)) throw new AwsError('ValidationException', 'The NextToken is not valid.');
  const end = Number(token) + (optionalNumber(request, 'Limit') ?? MOST_ITEMS);
  return { items: items.slice(Number(token), end), NextToken: end < items.length ? String(end) : undefined };
}
