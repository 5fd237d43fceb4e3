import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Compute, startCompute } from '../lambda/local-compute.ts';
import { call, putRule } from './local-events.ts';

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

describe('PutTargets refuses', () => {
  test.each([
    [
      'a path that is no path',
      { InputPath: '$["detail"]["s"]' },
      'Rule stories, target t: $["detail"]["s"] is no path',
    ],
    [
      'a variable with such a path',
      { InputTransformer: { InputPathsMap: { a: 'detail' }, InputTemplate: '"<a>"' } },
      'Rule stories, target t: detail is no path in dot notation, such as $.detail.list[0] or $.detail.list[*].name.',
    ],
    [
      'a template with a variable that is none',
      { InputTransformer: { InputPathsMap: { a: '$.detail' }, InputTemplate: '"<a> <b>"' } },
      'InputTemplate for target t contains invalid placeholder b.',
    ],
    ['an input that is no JSON', { Input: 'notjson' }, 'Input for target t is not a valid JSON text.'],
    [
      'dead letters for a topic',
      { DeadLetterConfig: { Arn: 'arn:aws:sns:us-east-1:000000000000:t' } },
      'Rule stories, target t: dead letters go to an SQS queue, which arn:aws:sns:us-east-1:000000000000:t is not.',
    ],
    [
      'an id with a space',
      { Id: 'a b' },
      `${DETECTED} 'a b' at 'targets.1.member.id' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+`,
    ],
    [
      'a variable with a dot',
      { InputTransformer: { InputPathsMap: { 'a.b': '$' }, InputTemplate: '<a.b>' } },
      'Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [A-Za-z0-9\\_\\-]+]',
    ],
    [
      'too many retries',
      { RetryPolicy: { MaximumRetryAttempts: 186 } },
      `${DETECTED} '186' at 'targets.1.member.retryPolicy.maximumRetryAttempts' failed to satisfy constraint: Member must have value less than or equal to 185`,
    ],
  ])('%s', async (_, members, message) => {
    putRule(local, []);
    const target = { Id: 't', Arn: 'arn:aws:sqs:us-east-1:000000000000:q', ...members };

    await expect(sdk.send(new PutTargetsCommand({ Rule: 'stories', Targets: [target] }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });
});

describe('the targets of a rule', () => {
  const targets = (...ids: string[]) => ids.map((Id) => ({ Id, Arn: 'arn:aws:sqs:us-east-1:000000000000:q' }));
  const put = (...ids: string[]) => sdk.send(new PutTargetsCommand({ Rule: 'stories', Targets: targets(...ids) }));

  test('are at most five, over all calls', async () => {
    putRule(local, []);
    await put('1', '2', '3');
    await put('3', '4', '5');

    await expect(put('6')).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'The requested resource exceeds the maximum number allowed.',
    });
  });

  test('have different ids', async () => {
    putRule(local, []);

    await expect(put('1', '1')).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'The target 1 is given more than once.',
    });
  });

  test('are listed by pages', async () => {
    putRule(local, []);
    await put('1', '2', '3');
    const list = (token?: string) =>
      sdk.send(new ListTargetsByRuleCommand({ Rule: 'stories', Limit: 2, ...(token && { NextToken: token }) }));

    const first = await list();
    const second = await list(first.NextToken);

    expect([first.Targets, second.Targets].map((page) => page?.map(({ Id }) => Id))).toEqual([['1', '2'], ['3']]);
    expect(second.NextToken).toBeUndefined();
  });
});

describe('PutRule refuses', () => {
  const long = 'x'.repeat(4097);

  test.each([
    [
      'a name with a space',
      { Name: 'a b' },
      `${DETECTED} 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+`,
    ],
    ['a long name', { Name: 'x'.repeat(65) }, 'Member must have length less than or equal to 64'],
    ['a long description', { Description: 'x'.repeat(513) }, 'Member must have length less than or equal to 512'],
    ['a long pattern', { EventPattern: long }, 'Member must have length less than or equal to 4096'],
    [
      'a state that is none',
      { State: 'ON' },
      `${DETECTED} 'ON' at 'state' failed to satisfy constraint: Member must satisfy enum value set: [ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS]`,
    ],
    [
      'a state that is not served',
      { State: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' },
      'The state ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS of rules is not served by the local runtime.',
    ],
    ['tags', { Tags: [{ Key: 'a', Value: 'b' }] }, 'tags: not served by the local runtime.'],
  ])('%s', async (_, members, message) => {
    expect(await call(local, 'PutRule', { Name: 'r', EventPattern: '{"source":["a"]}', ...members })).toEqual({
      status: 400,
      __type: 'ValidationException',
      message: expect.stringContaining(message),
    });
    await expect(sdk.send(new DescribeRuleCommand({ Name: 'r' }))).rejects.toThrow('Rule r does not exist');
  });
});

test('rules and buses are listed by prefix and page', async () => {
  local.events.putBus({ name: 'paged' });
  for (const Name of ['a1', 'a2', 'b'])
    await sdk.send(new PutRuleCommand({ Name, EventBusName: 'paged', EventPattern: '{"source":["a"]}' }));
  const list = (token?: string) =>
    sdk.send(
      new ListRulesCommand({ EventBusName: 'paged', NamePrefix: 'a', Limit: 1, ...(token && { NextToken: token }) }),
    );

  const { Rules, NextToken } = await list();

  expect(Rules).toMatchObject([{ Name: 'a1' }]);
  expect((await list(NextToken)).Rules).toMatchObject([{ Name: 'a2' }]);
  expect((await list(NextToken)).NextToken).toBeUndefined();
  await expect(list('nonsense')).rejects.toMatchObject({ name: 'ValidationException' });
  const { EventBuses } = await sdk.send(new ListEventBusesCommand({ NamePrefix: 'pa' }));
  expect(EventBuses).toMatchObject([{ Name: 'paged' }]);
});
