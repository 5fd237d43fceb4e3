import { AwsError } from '../gateway/aws-error.ts';

/** The most entries that Lambda lists at once, of functions and versions no more than 50 (Lambda's API reference). */
const MOST = 10_000;

/**
 * One page of a list, by the parameters `MaxItems` and `Marker`.
 * @param most entries of a page whatever `MaxItems` says
 * @throws AwsError `ValidationException`, `InvalidParameterValueException` for a marker that no page has given
 */
export function pageOf<Entry>(
  query: URLSearchParams,
  entries: readonly Entry[],
  most = MOST,
): { page: readonly Entry[]; NextMarker?: string } {
  const size = Math.min(sizeOf(query.get('MaxItems')), most);
  const from = startOf(query.get('Marker'));
  const end = from + size;
  return { page: entries.slice(from, end), ...(end < entries.length && { NextMarker: markerOf(end) }) };
}

function sizeOf(given: string | null): number {
  if (given === null) return MOST;
  const size = Number(given);
  if (Number.isInteger(size) && size >= 1 && size <= MOST) return size;
  const bound = size > MOST ? `less than or equal to ${MOST}` : 'greater than or equal to 1';
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${given}' at 'maxItems' failed to satisfy constraint: Member must have value ${bound}`,
  );
}

const markerOf = (start: number) => Buffer.from(`from:${start}`).toString('base64url');

function startOf(marker: string | null): number {
  if (!marker) return 0;
  const [, start] = /^from:(\d+)$/.exec(Buffer.from(marker, 'base64url').toString()) ?? [];
  if (start === undefined) throw new AwsError('InvalidParameterValueException', 'Invalid Marker');
  return Number(start);
}
