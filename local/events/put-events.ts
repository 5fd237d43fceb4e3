import { z } from 'zod';
import { AwsError } from '../gateway/aws-error.ts';
import type { Requirement } from '../iam/principal.ts';
import { readRequest, timestamp } from './request.ts';
import { busArn, busNameOf } from './rule.ts';

/** Most entries of one call, and their total size in bytes (1 MB since January 2026). */
const MOST_ENTRIES = 10;
const LARGEST_REQUEST = 1_048_576;

const input = z.object({
  Entries: z
    .array(
      z.object({
        Time: timestamp.optional(),
        Source: z.string().optional(),
        Resources: z.array(z.string()).optional(),
        DetailType: z.string().optional(),
        Detail: z.string().optional(),
        EventBusName: z.string().optional(),
        TraceHeader: z.string().optional(),
      }),
    )
    .min(1)
    .max(MOST_ENTRIES),
});

export type PutEventsEntry = z.infer<typeof input>['Entries'][number];

/** An entry that can be published. */
export interface AcceptedEntry {
  busName: string;
  source: string;
  detailType: string;
  detail: unknown;
  resources: readonly string[];
  /** Epoch milliseconds, when the caller gave it. */
  time?: number;
}

/** The entries of a `PutEvents` call. @throws AwsError for what is wrong with the call as a whole */
export function entriesOf(request: unknown): PutEventsEntry[] {
  const { Entries } = readRequest(input, request);
  if (Entries.reduce((size, entry) => size + sizeOf(entry), 0) > LARGEST_REQUEST)
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  return Entries;
}

/** What the caller needs: to put events on each of the buses. */
export function putEventsRequirements(entries: readonly PutEventsEntry[]): Requirement[] {
  const buses = [...new Set(entries.map(({ EventBusName }) => busNameOf(EventBusName)))];
  return buses.map((bus) => {
    const own = entries.filter(({ EventBusName }) => busNameOf(EventBusName) === bus);
    return {
      action: 'events:PutEvents',
      resource: busArn(bus),
      context: {
        'events:source': own.map(({ Source = '' }) => Source),
        'events:detail-type': own.map(({ DetailType = '' }) => DetailType),
        'events:eventbusinvocation': 'false',
      },
    };
  });
}

/** Checks one entry: an entry that is refused does not hinder the others. */
export function acceptEntry(entry: PutEventsEntry): AcceptedEntry | { ErrorCode: string; ErrorMessage: string } {
  const { Source, DetailType, Detail, EventBusName, Resources = [], Time } = entry;
  if (!Source) return missing('Source');
  if (!DetailType) return missing('DetailType');
  if (!Detail) return missing('Detail');
  if (Source.startsWith('aws.'))
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  const detail = parseDetail(Detail);
  if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const time = Time === undefined ? {} : { time: Time * 1000 };
  return {
    busName: busNameOf(EventBusName),
    source: Source,
    detailType: DetailType,
    detail,
    resources: Resources,
    ...time,
  };
}

function missing(name: string) {
  return {
    ErrorCode: 'InvalidArgument',
    ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
  };
}

function parseDetail(text: string): object | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    return typeof detail === 'object' && detail !== null && !Array.isArray(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
}

/** As the user guide counts: 14 bytes for the time, and the UTF-8 lengths. */
function sizeOf({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: PutEventsEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((size, text) => size + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}
