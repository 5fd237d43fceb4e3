import { AwsError } from '../gateway/aws-error.ts';
import { listMember, optionalNumber, optionalString } from '../gateway/input.ts';
import { compileFilter } from './filter-pattern.ts';
import { requireGroup, requireStream } from './log-lookup.ts';
import type { EventRow, LogStore } from './log-store.ts';

type Input = Readonly<Record<string, unknown>>;

/** The most events of one answer. */
const LARGEST_PAGE = 10_000;
const FOREVER = Number.MAX_SAFE_INTEGER;

/** GetLogEvents: one stream, forwards and backwards. At an end the same token comes back. */
export function getLogEvents(store: LogStore, input: Input): object {
  const group = requireGroup(store, input);
  const stream = requireStream(store, group, input);
  const { direction, id } = streamPosition(input);
  const newestFirst = direction === 'b';
  const range = {
    after: newestFirst ? -1 : id,
    before: newestFirst ? id : FOREVER,
    from: optionalNumber(input, 'startTime') ?? 0,
    to: optionalNumber(input, 'endTime') ?? FOREVER,
    limit: Math.min(optionalNumber(input, 'limit') ?? LARGEST_PAGE, LARGEST_PAGE),
  };
  const rows = store.streamEvents(group, stream, range, newestFirst);
  if (newestFirst) rows.reverse();
  return {
    events: rows.map(({ timestamp, message, ingested }) => ({ timestamp, message, ingestionTime: ingested })),
    nextForwardToken: `f/${rows.at(-1)?.id ?? (newestFirst ? id - 1 : id)}`,
    nextBackwardToken: `b/${rows[0]?.id ?? (newestFirst ? id : id + 1)}`,
  };
}

function streamPosition(input: Input): { direction: 'f' | 'b'; id: number } {
  const token = optionalString(input, 'nextToken');
  if (token === undefined)
    return input['startFromHead'] === true ? { direction: 'f', id: -1 } : { direction: 'b', id: FOREVER };
  const [, direction, id] = token.match(/^([fb])\/(-?\d+)$/) ?? [];
  if (direction === undefined) throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  return { direction: direction === 'b' ? 'b' : 'f', id: Number(id) };
}

/** FilterLogEvents: a group or some of its streams, by time and pattern. */
export function filterLogEvents(store: LogStore, input: Input): object {
  const group = requireGroup(store, input);
  const matches = compileFilter(optionalString(input, 'filterPattern') ?? '');
  const inStream = streamFilter(input);
  const limit = Math.min(optionalNumber(input, 'limit') ?? LARGEST_PAGE, LARGEST_PAGE);
  const end = optionalNumber(input, 'endTime');
  const to = end === undefined ? FOREVER : end + 1; // the end time belongs to the range here
  let position = groupPosition(input);
  const found: EventRow[] = [];
  while (true) {
    const rows = store.groupEvents(group, position, to, LARGEST_PAGE);
    for (const row of rows) {
      if (found.length === limit) return filtered(found, `${position.timestamp}/${position.id}`);
      position = { timestamp: row.timestamp, id: row.id };
      if (inStream(row.stream) && matches(row.message)) found.push(row);
    }
    if (rows.length < LARGEST_PAGE) return filtered(found, undefined);
  }
}

function groupPosition(input: Input): { timestamp: number; id: number } {
  const token = optionalString(input, 'nextToken');
  if (token === undefined) return { timestamp: optionalNumber(input, 'startTime') ?? 0, id: -1 };
  const [, timestamp, id] = token.match(/^(\d+)\/(-?\d+)$/) ?? [];
  if (timestamp === undefined) throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  return { timestamp: Number(timestamp), id: Number(id) };
}

function streamFilter(input: Input): (stream: string) => boolean {
  const names = listMember(input, 'logStreamNames').map(String);
  const prefix = optionalString(input, 'logStreamNamePrefix') ?? '';
  if (names.length > 0 && prefix !== '')
    throw new AwsError('InvalidParameterException', 'Only one of logStreamNames and logStreamNamePrefix may be given.');
  return (stream) => (names.length === 0 || names.includes(stream)) && stream.startsWith(prefix);
}

function filtered(rows: readonly EventRow[], nextToken: string | undefined): object {
  return {
    events: rows.map(({ id, stream, timestamp, ingested, message }) => ({
      logStreamName: stream,
      timestamp,
      message,
      ingestionTime: ingested,
      eventId: String(id).padStart(56, '0'),
    })),
    searchedLogStreams: [],
    nextToken,
  };
}
