import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Database } from '../../../local/database.ts';
import { eventually } from '../../support/eventually.ts';
import { type Compute, ROLE_ARN, startCompute } from '../lambda/local-compute.ts';
import { publish, putRule, queueForEvents, receive } from './local-events.ts';

let local: Compute;
let sdk: EventBridgeClient;

beforeEach(async () => {
  local = await startCompute();
  sdk = new EventBridgeClient(local.config);
});

afterEach(async () => {
  jest.restoreAllMocks();
  sdk.destroy();
  await local.stop();
});

describe('an event reaches', () => {
  test('a queue', async () => {
    const { url, arn } = queueForEvents(local, 'events');
    putRule(local, [{ id: 'queue', arn }]);

    const { Entries, FailedEntryCount } = await publish(
      sdk,
      { story: 'PROJ-1' },
      { Resources: ['r'], Time: new Date(0) },
    );

    expect(FailedEntryCount).toBe(0);
    expect(JSON.parse((await receive(local, url)).Body ?? '')).toEqual({
      version: '0',
      id: Entries?.[0]?.EventId,
      'detail-type': 'Waiting',
      source: 'storygate',
      account: '000000000000',
      time: '1970-01-01T00:00:00Z',
      region: 'us-east-1',
      resources: ['r'],
      detail: { story: 'PROJ-1' },
    });
    expect(local.database.all('SELECT id FROM event_deliveries')).toEqual([]);
  });

  test('a function that lets the rule in', async () => {
    local.deploy('listener', 'export const handler = async ({ detail }) => console.log("story " + detail.story);');
    const { arn } = putRule(local, [
      { id: 'function', arn: 'arn:aws:lambda:us-east-1:000000000000:function:listener' },
    ]);
    local.lambda.putPermission('listener', {
      Sid: 'rule',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: 'arn:aws:lambda:us-east-1:000000000000:function:listener',
      Condition: { ArnEquals: { 'AWS:SourceArn': arn } },
    });

    await publish(sdk, { story: 'PROJ-2' });

    await eventually('the call', () => local.messages().find((message) => message.includes('story PROJ-2')));
  });

  test('another bus, as the role of the target', async () => {
    const { url, arn } = queueForEvents(local, 'events');
    local.events.putBus({ name: 'other' });
    local.events.putRule({
      name: 'forwarded',
      busName: 'other',
      pattern: { 'detail-type': [{ prefix: 'Wait' }] },
      state: 'ENABLED',
      targets: [{ id: 'queue', arn, inputPath: '$.detail.story' }],
    });
    local.iam.putRole({
      name: 'forwarder',
      arn: 'arn:aws:iam::000000000000:role/forwarder',
      assumeRolePolicy: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      inlinePolicies: {
        put: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 'events:PutEvents',
              Resource: 'arn:aws:events:us-east-1:000000000000:event-bus/other',
            },
          ],
        },
      },
    });
    putRule(local, [
      {
        id: 'bus',
        arn: 'arn:aws:events:us-east-1:000000000000:event-bus/other',
        roleArn: 'arn:aws:iam::000000000000:role/forwarder',
      },
    ]);

    await publish(sdk, { story: 'PROJ-3' });

    expect((await receive(local, url)).Body).toBe('"PROJ-3"');
  });

  test('its target once, also when deliveries of an earlier run are taken up meanwhile', async () => {
    const { url, arn } = queueForEvents(local, 'events');
    putRule(local, [{ id: 'queue', arn }]);

    local.events.publish({ source: 'storygate', 'detail-type': 'x', detail: {}, resources: [] });
    local.events.start();

    await receive(local, url);
    expect(local.database.all('SELECT id FROM event_deliveries')).toEqual([]);
    const more = new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 0 });
    expect((await local.sqs.send(more)).Messages).toBeUndefined();
  });

  test('rules from AWS services on the default bus', async () => {
    const { url, arn } = queueForEvents(local, 'events');
    local.events.putRule({
      name: 'uploads',
      busName: 'default',
      pattern: { source: ['aws.s3'], detail: { object: { key: [{ wildcard: 'inputs/*.json' }] } } },
      state: 'ENABLED',
      targets: [{ id: 'queue', arn, inputPath: '$.detail.object.key' }],
    });
    const created = (key: string) =>
      local.events.publish({
        source: 'aws.s3',
        'detail-type': 'Object Created',
        detail: { object: { key } },
        resources: ['arn:aws:s3:::box'],
      });

    created('outputs/a.json');
    created('inputs/a.json');

    expect((await receive(local, url)).Body).toBe('"inputs/a.json"');
  });
});

describe('an event that cannot be delivered', () => {
  const quiet = () => jest.spyOn(console, 'error').mockImplementation(() => {});

  test('for want of permission goes to the dead letters at once', async () => {
    const letters = queueForEvents(local, 'letters');
    const { arn } = local.queues.put({ name: 'closed' });
    const rule = putRule(local, [{ id: 'queue', arn, deadLetterArn: letters.arn }]);

    await publish(sdk, { story: 'PROJ-4' });

    const letter = await receive(local, letters.url);
    expect(JSON.parse(letter.Body ?? '')).toMatchObject({ detail: { story: 'PROJ-4' } });
    expect(letter.MessageAttributes).toMatchObject({
      RULE_ARN: { StringValue: rule.arn, DataType: 'String' },
      TARGET_ARN: { StringValue: arn },
      ERROR_CODE: { StringValue: 'NO_PERMISSIONS' },
      ERROR_MESSAGE: { StringValue: expect.stringContaining('is not authorized to perform: sqs:sendmessage') },
    });
  });

  test('because the target is gone goes there too', async () => {
    const letters = queueForEvents(local, 'letters');
    putRule(local, [
      {
        id: 'queue',
        arn: 'arn:aws:sqs:us-east-1:000000000000:nowhere',
        roleArn: ROLE_ARN,
        deadLetterArn: letters.arn,
      },
    ]);

    await publish(sdk, {});

    expect((await receive(local, letters.url)).MessageAttributes?.['ERROR_CODE']?.StringValue).toBe('NO_RESOURCE');
  });

  test('for the moment is tried again with growing delays', async () => {
    const { url, arn } = queueForEvents(local, 'events');
    const letters = queueForEvents(local, 'letters');
    putRule(local, [{ id: 'queue', arn, deadLetterArn: letters.arn, retryPolicy: { maximumRetryAttempts: 2 } }]);
    let failures = 0;
    local.gateway.interceptors.push((request, next) => {
      if (request.action !== 'SendMessage' || !request.path || failures >= 2) return next();
      failures++;
      return Promise.resolve().then(() => Promise.reject(new Error('connection reset')));
    });

    await publish(sdk, {});
    await eventually('the first failure', () => (failures === 1 ? true : undefined));
    await eventually('the retry', () =>
      local.database.get<{ attempts: number }>('SELECT attempts FROM event_deliveries')?.attempts === 1
        ? true
        : undefined,
    );
    local.clock.advance(1_000);
    await eventually('the second failure', () => (failures === 2 ? true : undefined));
    await eventually('the next retry', () =>
      local.database.get<{ attempts: number }>('SELECT attempts FROM event_deliveries')?.attempts === 2
        ? true
        : undefined,
    );
    local.clock.advance(2_000);

    expect((await receive(local, url)).Body).toContain('storygate');
  });

  test('within its retry policy ends in the dead letters with the reason', async () => {
    const { arn } = queueForEvents(local, 'events');
    const letters = queueForEvents(local, 'letters');
    putRule(local, [{ id: 'queue', arn, deadLetterArn: letters.arn, retryPolicy: { maximumRetryAttempts: 0 } }]);
    local.gateway.interceptors.push((request, next) =>
      String(request.input['QueueUrl']).endsWith('/events') ? Promise.reject(new Error('connection reset')) : next(),
    );

    await publish(sdk, {});

    expect((await receive(local, letters.url)).MessageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: 'INTERNAL_ERROR' },
      ERROR_MESSAGE: { StringValue: 'connection reset' },
      EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' },
      RETRY_ATTEMPTS: { StringValue: '0' },
    });
  });

  test('and has no dead-letter queue is dropped, with a word about it', async () => {
    const said = quiet();
    const { arn } = local.queues.put({ name: 'closed' });
    putRule(local, [{ id: 'queue', arn }]);

    await publish(sdk, {});

    await eventually('the word', () =>
      said.mock.calls.flat().find((text) => String(text).includes('The event is dropped')),
    );
    expect(local.database.all('SELECT id FROM event_deliveries')).toEqual([]);
  });

  test('survives the end of the process', async () => {
    const database = new Database(':memory:');
    const first = await startCompute({ database });
    const firstSdk = new EventBridgeClient(first.config);
    const { arn } = queueForEvents(first, 'events');
    putRule(first, [{ id: 'queue', arn }]);
    first.gateway.interceptors.push((request, next) =>
      request.service === 'sqs' ? Promise.reject(new Error('down')) : next(),
    );
    await firstSdk.send(
      new PutEventsCommand({ Entries: [{ Source: 'storygate', DetailType: 'x', Detail: '{"kept":true}' }] }),
    );
    firstSdk.destroy();
    await first.stop();

    const second = await startCompute({ database });
    const { url } = queueForEvents(second, 'events');
    putRule(second, [{ id: 'queue', arn }]);
    second.events.start();
    second.clock.advance(1_000);

    expect(JSON.parse((await receive(second, url)).Body ?? '')).toMatchObject({ detail: { kept: true } });
    await second.stop();
    database.close();
  });
});
