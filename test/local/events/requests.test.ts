import {
  DescribeRuleCommand,
  EventBridgeClient,
  PutEventsCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Compute, startCompute } from '../lambda/local-compute.ts';
import { call, putRule, queueForEvents, receive } from './local-events.ts';

const GOOD = { Source: 'storygate', DetailType: 't', Detail: '{}' };
const DETECTED = '1 validation error detected: Value';

let local: Compute;
let sdk: EventBridgeClient;

beforeAll(async () => {
  local = await startCompute();
  sdk = new EventBridgeClient(local.config);
});

afterAll(async () => {
  sdk.destroy();
  await local.stop();
});

test.each([
  [
    'no entries',
    {},
    'ValidationException',
    `${DETECTED} at 'entries' failed to satisfy constraint: Member must not be null`,
  ],
  [
    'an empty list',
    { Entries: [] },
    'ValidationException',
    `${DETECTED} at 'entries' failed to satisfy constraint: Member must have length greater than or equal to 1`,
  ],
  [
    'eleven entries',
    { Entries: Array.from({ length: 11 }, () => GOOD) },
    'ValidationException',
    `${DETECTED} at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10`,
  ],
  ['a text for a list', { Entries: 'x' }, 'SerializationException', 'STRING_VALUE can not be converted to a List'],
  [
    'a number for a text',
    { Entries: [{ ...GOOD, Source: 5 }] },
    'SerializationException',
    'NUMBER_VALUE can not be converted to a String',
  ],
  [
    'an object for a text',
    { Entries: [{ ...GOOD, Detail: {} }] },
    'SerializationException',
    'Start of structure or map found where not expected.',
  ],
  [
    'a list for a text',
    { Entries: [{ ...GOOD, Detail: [] }] },
    'SerializationException',
    'Start of list found where not expected',
  ],
])('PutEvents with %s says so in one line', async (_, input, type, message) => {
  expect(await call(local, 'PutEvents', input)).toEqual({ status: 400, __type: type, message });
});

test.each([1e20, 253_402_300_800, -62_167_219_201])('a time of %d refuses all entries of its call', async (Time) => {
  const { url, arn } = queueForEvents(local, 'untouched');
  putRule(local, [{ id: 'queue', arn }]);

  expect(await call(local, 'PutEvents', { Entries: [GOOD, { ...GOOD, Time }] })).toEqual({
    status: 400,
    __type: 'SerializationException',
    message: 'NUMBER_VALUE can not be converted to a Timestamp',
  });

  await sdk.send(new PutEventsCommand({ Entries: [{ ...GOOD, DetailType: 'the only one' }] }));
  expect(JSON.parse((await receive(local, url)).Body ?? '')).toMatchObject({ 'detail-type': 'the only one' });
  const more = new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 0 });
  expect((await local.sqs.send(more)).Messages).toBeUndefined();
});

test('members of a target that are not served are named', async () => {
  const { arn } = queueForEvents(local, 'named');
  putRule(local, []);
  const target = { Id: 'q', Arn: arn, KinesisParameters: { PartitionKeyPath: '$.id' } };

  await expect(sdk.send(new PutTargetsCommand({ Rule: 'stories', Targets: [target] }))).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'targets.1.member.kinesisParameters: not served by the local runtime.',
  });
});

describe('what is elsewhere is not taken for what has its name here', () => {
  test.each([
    [
      'a queue of another region',
      { Arn: 'arn:aws:sqs:eu-west-1:000000000000:q' },
      'arn:aws:sqs:eu-west-1:000000000000:q',
    ],
    [
      'a queue of another account',
      { Arn: 'arn:aws:sqs:us-east-1:111111111111:q' },
      'arn:aws:sqs:us-east-1:111111111111:q',
    ],
    [
      'a function of another partition',
      { Arn: 'arn:aws-cn:lambda:us-east-1:000000000000:function:f' },
      'arn:aws-cn:lambda:us-east-1:000000000000:function:f',
    ],
    [
      'a bus of another account',
      { Arn: 'arn:aws:events:us-east-1:111111111111:event-bus/b' },
      'arn:aws:events:us-east-1:111111111111:event-bus/b',
    ],
    [
      'dead letters in another region',
      { DeadLetterConfig: { Arn: 'arn:aws:sqs:eu-west-1:000000000000:q' } },
      'arn:aws:sqs:eu-west-1:000000000000:q',
    ],
  ])('%s', async (_, members, arn) => {
    putRule(local, []);
    const target = { Id: 't', Arn: 'arn:aws:sqs:us-east-1:000000000000:q', ...members };

    await expect(sdk.send(new PutTargetsCommand({ Rule: 'stories', Targets: [target] }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: `Rule stories, target t: ${arn} is in another account or region, which is not served by the local runtime.`,
    });
  });

  test.each([
    'arn:aws:events:us-east-1:111111111111:event-bus/default',
    'arn:aws:events:eu-west-1:000000000000:event-bus/default',
  ])('the bus %s', async (EventBusName) => {
    const refused = {
      name: 'ValidationException',
      message: `${EventBusName} is no event bus of the local account and region; others are not served by the local runtime.`,
    };

    await expect(sdk.send(new PutEventsCommand({ Entries: [GOOD, { ...GOOD, EventBusName }] }))).rejects.toMatchObject(
      refused,
    );
    await expect(sdk.send(new DescribeRuleCommand({ Name: 'stories', EventBusName }))).rejects.toMatchObject(refused);
  });
});
