import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MovableClock } from '../../../local/clock.ts';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

const clock = new MovableClock();
let local: RunningGateway;
let client: CloudWatchLogsClient;

beforeAll(async () => {
  local = await runGateway({ clock });
  client = new CloudWatchLogsClient(clientConfig(local.gateway));
});
afterAll(async () => {
  client.destroy();
  await local.close();
});

const logGroupName = '/aws/lambda/relay';

test('what the runtime writes is read by group, stream and page', async () => {
  local.logs.putLogGroup(logGroupName, { retentionInDays: 14 });
  const heard: string[] = [];
  const stop = local.logs.onAppend(({ stream, message }) => heard.push(`${stream}: ${message}`));
  local.logs.append(logGroupName, 'one', ['START', 'first', 'second']);
  local.logs.append(logGroupName, 'two', ['other']);
  stop();
  expect(heard).toEqual(['one: START', 'one: first', 'one: second', 'two: other']);

  const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/lambda' }));
  expect(logGroups).toMatchObject([
    {
      logGroupName,
      retentionInDays: 14,
      arn: 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/relay:*',
    },
  ]);
  const byTime = new DescribeLogStreamsCommand({ logGroupName, orderBy: 'LogStreamName', descending: true });
  expect((await client.send(byTime)).logStreams?.map(({ logStreamName }) => logStreamName)).toEqual(['two', 'one']);

  const read = { logGroupName, logStreamName: 'one', limit: 2 };
  const last = await client.send(new GetLogEventsCommand(read));
  expect(last.events?.map(({ message }) => message)).toEqual(['first', 'second']);
  const earlier = await client.send(new GetLogEventsCommand({ ...read, nextToken: last.nextBackwardToken }));
  expect(earlier.events?.map(({ message }) => message)).toEqual(['START']);
  const after = await client.send(new GetLogEventsCommand({ ...read, nextToken: last.nextForwardToken }));
  expect([after.events, after.nextForwardToken]).toEqual([[], last.nextForwardToken]);
});

test('events are filtered by stream, time and pattern', async () => {
  const group = '/filtered';
  local.logs.putLogGroup(group);
  await client.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName: 's' }));
  const timestamp = clock.now();
  const messages = [
    '{"level":"ERROR","count":4}',
    '{"level":"INFO","count":9}',
    'plain ERROR text',
    'a "quoted phrase" here',
  ];
  const logEvents = messages.map((message, index) => ({ timestamp: timestamp + index, message }));
  await client.send(new PutLogEventsCommand({ logGroupName: group, logStreamName: 's', logEvents }));
  const find = async (filterPattern: string) => {
    const { events } = await client.send(new FilterLogEventsCommand({ logGroupName: group, filterPattern }));
    return events?.map(({ message }) => messages.indexOf(message ?? ''));
  };
  expect(await find('ERROR')).toEqual([0, 2]);
  expect(await find('ERROR -plain')).toEqual([0]);
  expect(await find('?plain ?INFO')).toEqual([1, 2]);
  expect(await find('"quoted phrase"')).toEqual([3]);
  expect(await find('{ $.level = "ERROR" && $.count > 3 }')).toEqual([0]);
  expect(await find('{ $.level = "*O" || $.count = 4 }')).toEqual([0, 1]);
  await expect(find('[a, b]')).rejects.toMatchObject({ name: 'InvalidParameterException' });

  const paged = { logGroupName: group, startTime: timestamp + 1, endTime: timestamp + 2, limit: 1 };
  const first = await client.send(new FilterLogEventsCommand(paged));
  const second = await client.send(new FilterLogEventsCommand({ ...paged, nextToken: first.nextToken }));
  expect([first.events?.[0]?.message, second.events?.[0]?.message]).toEqual([messages[1], messages[2]]);
  expect(second.nextToken).toBeUndefined();
});

test('a group that is not there is named', async () => {
  await expect(client.send(new FilterLogEventsCommand({ logGroupName: '/nowhere' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'The specified log group does not exist.',
  });
});

test('events go when their retention is over', async () => {
  local.logs.putLogGroup('/short', { retentionInDays: 1 });
  local.logs.append('/short', 's', ['old']);
  clock.advance(25 * 60 * 60 * 1000);
  const deadline = Date.now() + 3_000;
  const read = async () => (await client.send(new FilterLogEventsCommand({ logGroupName: '/short' }))).events;
  while ((await read())?.length !== 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await read()).toEqual([]);
});
