import { localArn } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { optionalString, requiredString } from '../gateway/input.ts';
import type { JsonAction } from '../gateway/service.ts';
import { groupActions } from './group-actions.ts';
import { logAction } from './log-action.ts';
import { pageOf, requireGroup, requireStream } from './log-lookup.ts';
import { filterLogEvents, getLogEvents } from './log-queries.ts';
import type { LogStore, NewEvent, StreamRow } from './log-store.ts';
import { eventsIn, takenOf } from './put-log-events.ts';

type Input = Readonly<Record<string, unknown>>;

export interface LogActionsContext {
  store: LogStore;
  write(group: string, stream: string, events: readonly NewEvent[]): void;
  now(): number;
}

/** CloudWatch Logs' actions. */
export function logActions({ store, write, now }: LogActionsContext): Readonly<Record<string, JsonAction>> {
  return {
    ...groupActions(store),
    ...logAction('CreateLogStream', (input) => {
      const [group, stream] = [requireGroup(store, input), requiredString(input, 'logStreamName')];
      if (store.hasStream(group, stream))
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
      store.createStream(group, stream);
      return {};
    }),
    ...logAction('DeleteLogStream', (input) => {
      const group = requireGroup(store, input);
      store.deleteStream(group, requireStream(store, group, input));
      return {};
    }),
    ...logAction('DescribeLogStreams', (input) => {
      const group = requireGroup(store, input);
      const { items, nextToken } = pageOf(orderedStreams(store.streams(group), input), input);
      return { logStreams: items.map((stream) => describedStream(group, stream)), nextToken };
    }),
    ...logAction('PutLogEvents', (input) => {
      const group = requireGroup(store, input);
      const stream = requireStream(store, group, input);
      const { taken, rejected } = takenOf(eventsIn(input), now(), store.retention(group));
      if (taken.length > 0) write(group, stream, taken);
      const isWhole = Object.keys(rejected).length === 0;
      return { nextSequenceToken: '1', rejectedLogEventsInfo: isWhole ? undefined : rejected };
    }),
    ...logAction('GetLogEvents', (input) => getLogEvents(store, input)),
    ...logAction('FilterLogEvents', (input) => filterLogEvents(store, input)),
  };
}

function describedStream(group: string, { name, created, first_event, last_event, last_ingestion }: StreamRow) {
  return {
    logStreamName: name,
    creationTime: created,
    firstEventTimestamp: first_event ?? undefined,
    lastEventTimestamp: last_event ?? undefined,
    lastIngestionTime: last_ingestion ?? undefined,
    uploadSequenceToken: '1',
    arn: localArn('logs', `log-group:${group}:log-stream:${name}`),
    storedBytes: 0,
  };
}

function orderedStreams(streams: StreamRow[], input: Input): StreamRow[] {
  const prefix = optionalString(input, 'logStreamNamePrefix') ?? '';
  if (prefix !== '' && input['orderBy'] === 'LastEventTime')
    throw new AwsError('InvalidParameterException', 'Cannot order by LastEventTime with a logStreamNamePrefix.');
  const found = streams.filter(({ name }) => name.startsWith(prefix));
  if (input['orderBy'] === 'LastEventTime') found.sort((a, b) => (a.last_event ?? 0) - (b.last_event ?? 0));
  return input['descending'] === true ? found.reverse() : found;
}
