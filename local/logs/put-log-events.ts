import { AwsError } from '../gateway/aws-error.ts';
import { listMember, membersOf, optionalNumber, requiredString } from '../gateway/input.ts';
import type { NewEvent } from './log-store.ts';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** CloudWatch Logs' quotas of one request; each event counts 26 bytes more than its text. */
const MOST_EVENTS = 10_000;
const MOST_BYTES = 1_048_576;
const BYTES_OF_AN_EVENT = 26;
const LONGEST_SPAN_MS = DAY_MS;

/** Events outside of these times are left out, and the rest is taken. */
const OLDEST_MS = 14 * DAY_MS;
const NEWEST_MS = 2 * HOUR_MS;

/** Indexes into the request's events: ends are exclusive. */
interface Rejected {
  tooOldLogEventEndIndex?: number;
  expiredLogEventEndIndex?: number;
  tooNewLogEventStartIndex?: number;
}

/** The `logEvents` of a request. Throws `AwsError` InvalidParameterException. */
export function eventsIn(input: Readonly<Record<string, unknown>>): NewEvent[] {
  const events = listMember(input, 'logEvents').map(newEvent);
  if (events.length === 0) throw invalid('logEvents must have at least one event.');
  if (events.length > MOST_EVENTS) throw invalid(`logEvents must have at most ${MOST_EVENTS} events.`);
  const bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + BYTES_OF_AN_EVENT, 0);
  if (bytes > MOST_BYTES) throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${MOST_BYTES}`);
  if (events.some(({ timestamp }, index) => timestamp < (events[index - 1]?.timestamp ?? 0)))
    throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
  if ((events.at(-1)?.timestamp ?? 0) - (events[0]?.timestamp ?? 0) > LONGEST_SPAN_MS)
    throw invalid('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  return events;
}

/** Which events, in the order of their times, a group with this retention (days) takes now. */
export function takenOf(events: readonly NewEvent[], now: number, retention: number | null) {
  const countBefore = (time: number) => events.filter(({ timestamp }) => timestamp < time).length;
  const tooOld = countBefore(now - OLDEST_MS);
  const expired = retention === null ? 0 : countBefore(now - retention * DAY_MS);
  const tooNew = countBefore(now + NEWEST_MS + 1);
  const rejected: Rejected = {
    ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
    ...(expired > 0 && { expiredLogEventEndIndex: expired }),
    ...(tooNew < events.length && { tooNewLogEventStartIndex: tooNew }),
  };
  return { taken: events.slice(Math.max(tooOld, expired), tooNew), rejected };
}

function newEvent(value: unknown): NewEvent {
  const event = membersOf(value);
  const timestamp = optionalNumber(event, 'timestamp');
  if (timestamp === undefined) throw invalid('Every log event needs a timestamp.');
  return { timestamp, message: requiredString(event, 'message') };
}

const invalid = (message: string) => new AwsError('InvalidParameterException', message);
