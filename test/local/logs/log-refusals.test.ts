import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  type DescribeLogGroupsCommandInput,
  DescribeLogStreamsCommand,
  type DescribeLogStreamsCommandInput,
  FilterLogEventsCommand,
  ListTagsForResourceCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const logGroupName = '/app';
const logStreamName = 's';
const arnOf = (name: string) => `arn:aws:logs:us-east-1:000000000000:log-group:${name}`;
let local: RunningGateway;
let client: CloudWatchLogsClient;

beforeAll(async () => {
  local = await runGateway();
  client = new CloudWatchLogsClient(clientConfig(local.gateway));
  for (const name of [logGroupName, '/other']) local.logs.putLogGroup(name);
  await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
});
afterAll(async () => {
  client.destroy();
  await local.close();
});

const put = (...offsets: number[]) => {
  const now = Date.now();
  const logEvents = offsets.map((offset) => ({ timestamp: now + offset, message: `at ${offset}` }));
  return client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
};
const create = (asked: object) => client.send(new CreateLogGroupCommand({ logGroupName: '/new', ...asked }));
const groups = (asked: DescribeLogGroupsCommandInput) => client.send(new DescribeLogGroupsCommand(asked));
const streams = (asked: DescribeLogStreamsCommandInput) => client.send(new DescribeLogStreamsCommand(asked));
const filter = (asked: object) => client.send(new FilterLogEventsCommand({ logGroupName, ...asked }));

test.each<[string, () => Promise<unknown>, string]>([
  [
    'a class of groups',
    () => create({ logGroupClass: 'INFREQUENT_ACCESS' }),
    'The log group class INFREQUENT_ACCESS is not served by the local runtime.',
  ],
  ['a key', () => create({ kmsKeyId: arnOf('x') }), 'kmsKeyId is not served by the local runtime.'],
  [
    'a name with a space',
    () => create({ logGroupName: 'my logs' }),
    "1 validation error detected: Value 'my logs' at 'logGroupName' failed to satisfy constraint: ",
  ],
  [
    'two days of retention',
    () => client.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 2 })),
    'Invalid retention value: 2. It must be one of [1, 3, 5, ',
  ],
  [
    'streams by time with a prefix',
    () => streams({ logGroupName, logStreamNamePrefix: 's', orderBy: 'LastEventTime' }),
    'Cannot order by LastEventTime with a logStreamNamePrefix.',
  ],
  [
    'a group by name and by identifier',
    () => streams({ logGroupName, logGroupIdentifier: arnOf(logGroupName) }),
    'Only one of logGroupName and logGroupIdentifier may be given.',
  ],
  ['groups from nowhere', () => groups({ nextToken: 'nowhere' }), 'The specified nextToken is invalid.'],
  [
    'groups by two of their names’ parts',
    () => groups({ logGroupNamePrefix: '/', logGroupNamePattern: 'a' }),
    'Of logGroupNamePrefix, logGroupNamePattern and logGroupIdentifiers a request may have one.',
  ],
  [
    'a page of 51',
    () => groups({ limit: 51 }),
    "1 validation error detected: Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50",
  ],
  [
    'a regular expression in a JSON pattern',
    () => filter({ filterPattern: '{ $.msg = %x% }' }),
    'Invalid filter pattern, or one that the local runtime does not know: { $.msg = %x% }',
  ],
  [
    'streams by names and prefix',
    () => filter({ logStreamNames: ['s'], logStreamNamePrefix: 's' }),
    'Only one of logStreamNames and logStreamNamePrefix may be given.',
  ],
  [
    'events out of order',
    () => put(0, -1),
    'Log events in a single PutLogEvents request must be in chronological order.',
  ],
  [
    'events of more than a day',
    () => put(-DAY - 1, 0),
    'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
  ],
])('%s: refused', async (_, ask, message) => {
  await expect(ask()).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining(message),
  });
});

test('events too far in the future are left out, and the answer says from which on', async () => {
  expect((await put(0, HOUR, 3 * HOUR)).rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 2 });
  const { events } = await filter({});
  expect(events?.map(({ message }) => message)).toEqual(['at 0', `at ${HOUR}`]);
});

test('events too old, or past what the group keeps, are left out', async () => {
  const { rejectedLogEventsInfo } = await put(-14 * DAY - HOUR, -14 * DAY - 1, -14 * DAY + HOUR);
  expect(rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 2 });
  await client.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 1 }));
  expect((await put(-DAY - HOUR, -DAY - 1, -HOUR)).rejectedLogEventsInfo).toEqual({ expiredLogEventEndIndex: 2 });
});

test('groups are found by their names and ARNs', async () => {
  const { logGroups } = await groups({ logGroupIdentifiers: [arnOf('/other'), logGroupName] });
  expect(logGroups?.map((group) => group.logGroupName)).toEqual(['/app', '/other']);
  expect((await groups({ logGroupIdentifiers: ['/nowhere'] })).logGroups).toEqual([]);
});

test('tags of a group are kept, until it goes', async () => {
  const tags = async () => (await client.send(new ListTagsForResourceCommand({ resourceArn: arnOf('/tagged') }))).tags;
  const tagged = () => create({ logGroupName: '/tagged', tags: { team: 'gates' } });
  await tagged();
  await client.send(new TagResourceCommand({ resourceArn: arnOf('/tagged'), tags: { owner: 'ada' } }));
  expect(await tags()).toEqual({ team: 'gates', owner: 'ada' });
  await client.send(new UntagResourceCommand({ resourceArn: arnOf('/tagged'), tagKeys: ['team'] }));
  expect(await tags()).toEqual({ owner: 'ada' });
  await client.send(new DeleteLogGroupCommand({ logGroupName: '/tagged' }));
  await tagged();
  expect(await tags()).toEqual({ team: 'gates' });
});
