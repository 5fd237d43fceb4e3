import { localArn } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { listMember, membersOf, optionalNumber, optionalString, requiredString } from '../gateway/input.ts';
import type { JsonAction } from '../gateway/service.ts';
import { groupOf, pageOf, requireGroup, requireStream } from './log-lookup.ts';
import { filterLogEvents, getLogEvents } from './log-queries.ts';
import type { GroupRow, LogStore, NewEvent, StreamRow } from './log-store.ts';

type Input = Readonly<Record<string, unknown>>;

export interface LogActionsContext {
  store: LogStore;
  write(group: string, stream: string, events: readonly NewEvent[]): void;
}

/** CloudWatch Logs' actions. */
export function logActions({ store, write }: LogActionsContext): Readonly<Record<string, JsonAction>> {
  const action = (name: string, run: JsonAction['run']): Record<string, JsonAction> => ({
    [name]: { requires: (input) => [{ action: `logs:${name}`, resource: resourceOf(input) }], run },
  });
  return {
    ...action('CreateLogGroup', (input) => {
      const name = requiredString(input, 'logGroupName');
      if (store.hasGroup(name)) throw exists('log group');
      store.createGroup(name);
      return {};
    }),
    ...action('DeleteLogGroup', (input) => {
      store.deleteGroup(requireGroup(store, input));
      return {};
    }),
    ...action('DescribeLogGroups', (input) => {
      const prefix = optionalString(input, 'logGroupNamePrefix') ?? '';
      const pattern = optionalString(input, 'logGroupNamePattern') ?? '';
      const found = store.groups().filter(({ name }) => name.startsWith(prefix) && name.includes(pattern));
      const { items, nextToken } = pageOf(found, input);
      return { logGroups: items.map((group) => describedGroup(group, store.storedBytes(group.name))), nextToken };
    }),
    ...action('PutRetentionPolicy', (input) => {
      store.setRetention(requireGroup(store, input), optionalNumber(input, 'retentionInDays'));
      return {};
    }),
    ...action('DeleteRetentionPolicy', (input) => {
      store.setRetention(requireGroup(store, input), undefined);
      return {};
    }),
    ...action('CreateLogStream', (input) => {
      const [group, stream] = [requireGroup(store, input), requiredString(input, 'logStreamName')];
      if (store.hasStream(group, stream)) throw exists('log stream');
      store.createStream(group, stream);
      return {};
    }),
    ...action('DeleteLogStream', (input) => {
      const group = requireGroup(store, input);
      store.deleteStream(group, requireStream(store, group, input));
      return {};
    }),
    ...action('DescribeLogStreams', (input) => {
      const group = requireGroup(store, input);
      const { items, nextToken } = pageOf(orderedStreams(store.streams(group), input), input);
      return { logStreams: items.map((stream) => describedStream(group, stream)), nextToken };
    }),
    ...action('PutLogEvents', (input) => {
      const group = requireGroup(store, input);
      const stream = requireStream(store, group, input);
      const events = listMember(input, 'logEvents').map(newEvent);
      if (events.length === 0)
        throw new AwsError('InvalidParameterException', 'logEvents must have at least one event.');
      write(group, stream, events);
      return { nextSequenceToken: '1' };
    }),
    ...action('GetLogEvents', (input) => getLogEvents(store, input)),
    ...action('FilterLogEvents', (input) => filterLogEvents(store, input)),
    ...action('ListTagsForResource', () => ({ tags: {} })),
  };
}

/** As AWS writes it for actions on groups, too: `log-group:<name>:log-stream:<stream, or nothing>`. */
function resourceOf(input: Input): string {
  const stream = typeof input['logStreamName'] === 'string' ? input['logStreamName'] : '';
  return localArn('logs', `log-group:${groupOf(input) ?? ''}:log-stream:${stream}`);
}

function describedGroup({ name, created, retention }: GroupRow, storedBytes: number) {
  return {
    logGroupName: name,
    creationTime: created,
    retentionInDays: retention ?? undefined,
    metricFilterCount: 0,
    arn: `${localArn('logs', `log-group:${name}`)}:*`,
    logGroupArn: localArn('logs', `log-group:${name}`),
    logGroupClass: 'STANDARD',
    storedBytes,
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
  const found = streams.filter(({ name }) => name.startsWith(prefix));
  if (input['orderBy'] === 'LastEventTime') found.sort((a, b) => (a.last_event ?? 0) - (b.last_event ?? 0));
  return input['descending'] === true ? found.reverse() : found;
}

function newEvent(value: unknown): NewEvent {
  const event = membersOf(value);
  const timestamp = optionalNumber(event, 'timestamp');
  if (timestamp === undefined) throw new AwsError('InvalidParameterException', 'Every log event needs a timestamp.');
  return { timestamp, message: requiredString(event, 'message') };
}

function exists(what: string): AwsError {
  return new AwsError('ResourceAlreadyExistsException', `The specified ${what} already exists`);
}
