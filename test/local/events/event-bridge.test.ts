import {
  DescribeConnectionCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TestEventPatternCommand,
  UpdateConnectionCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Compute, ROLE_ARN, startCompute } from '../lambda/local-compute.ts';
import { publish, putRule, queueForEvents, receive } from './local-events.ts';

let local: Compute;
let sdk: EventBridgeClient;

beforeEach(async () => {
  local = await startCompute();
  sdk = new EventBridgeClient(local.config);
});

afterEach(async () => {
  sdk.destroy();
  await local.stop();
});

describe('PutEvents', () => {
  test('judges each entry by itself', async () => {
    const ok = { Source: 's', DetailType: 't', Detail: '{}' };

    const { Entries, FailedEntryCount } = await sdk.send(
      new PutEventsCommand({
        Entries: [
          ok,
          { ...ok, Source: '' },
          { DetailType: 't', Source: 's' },
          { ...ok, Detail: '[' },
          { ...ok, Source: 'aws.s3' },
        ],
      }),
    );

    expect(FailedEntryCount).toBe(4);
    expect(Entries).toEqual([
      { EventId: expect.any(String) },
      {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: 'Parameter Source is not valid. Reason: Source is a required argument.',
      },
      {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: 'Parameter Detail is not valid. Reason: Detail is a required argument.',
      },
      { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
      { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' },
    ]);
  });

  test('takes ten entries', async () => {
    const Entries = Array.from({ length: 11 }, () => ({ Source: 's', DetailType: 't', Detail: '{}' }));

    await expect(sdk.send(new PutEventsCommand({ Entries }))).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('needs the permission for the bus', async () => {
    const { accessKeyId, secretAccessKey } = local.iam.accessKeyOf(ROLE_ARN, 'me');
    const client = new EventBridgeClient({ ...local.config, credentials: { accessKeyId, secretAccessKey } });

    const call = client.send(new PutEventsCommand({ Entries: [{ Source: 's', DetailType: 't', Detail: '{}' }] }));

    await expect(call).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        'events:PutEvents on resource: arn:aws:events:us-east-1:000000000000:event-bus/default',
      ),
    });
    client.destroy();
  });
});

describe('the API', () => {
  test('makes, lists and stops rules', async () => {
    const { url, arn } = queueForEvents(local, 'events');
    const { RuleArn } = await sdk.send(new PutRuleCommand({ Name: 'mine', EventPattern: '{"source":["storygate"]}' }));
    await sdk.send(new PutTargetsCommand({ Rule: 'mine', Targets: [{ Id: 'q', Arn: arn, InputPath: '$.detail.n' }] }));
    await sdk.send(new DisableRuleCommand({ Name: 'mine' }));
    await publish(sdk, { n: 1 });
    await sdk.send(new EnableRuleCommand({ Name: 'mine' }));
    await publish(sdk, { n: 2 });

    expect((await receive(local, url)).Body).toBe('2');
    expect(RuleArn).toBe('arn:aws:events:us-east-1:000000000000:rule/mine');
    expect((await sdk.send(new ListRulesCommand({}))).Rules).toMatchObject([{ Name: 'mine', State: 'ENABLED' }]);
    expect((await sdk.send(new ListTargetsByRuleCommand({ Rule: 'mine' }))).Targets).toEqual([
      { Id: 'q', Arn: arn, InputPath: '$.detail.n' },
    ]);
    await sdk.send(new RemoveTargetsCommand({ Rule: 'mine', Ids: ['q'] }));
    expect((await sdk.send(new ListTargetsByRuleCommand({ Rule: 'mine' }))).Targets).toEqual([]);
  });

  test('tests patterns', async () => {
    const event = { id: '1', account: '000000000000', source: 'a', time: 't', region: 'r', 'detail-type': 'd' };
    const ask = (EventPattern: string, Event = JSON.stringify(event)) =>
      sdk.send(new TestEventPatternCommand({ Event, EventPattern }));

    expect((await ask('{"source":["a"]}')).Result).toBe(true);
    expect((await ask('{"source":["b"]}')).Result).toBe(false);
    await expect(ask('{"source":"a"}')).rejects.toMatchObject({
      name: 'InvalidEventPatternException',
      message: 'Event pattern is not valid. Reason: "source" must be an object or an array',
    });
    for (const [Event, message] of [
      ['[', 'Parameter Event is not valid.'],
      ['[]', 'Parameter Event is not valid.'],
      ['{"source":"a"}', 'Parameter Event is not valid. Reason: id is a required argument.'],
    ] as const)
      await expect(ask('{"source":["a"]}', Event)).rejects.toMatchObject({ name: 'ValidationException', message });
  });

  test('names what does not exist or is not served', async () => {
    await expect(sdk.send(new DescribeRuleCommand({ Name: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Rule none does not exist on EventBus default.',
    });
    await expect(
      sdk.send(new PutRuleCommand({ Name: 'nightly', ScheduleExpression: 'rate(1 day)' })),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Rule nightly: the local runtime runs no schedules, only event patterns.',
    });
    const elsewhere = ['kinesis:us-east-1:000000000000:stream/s', 'events:us-east-1:000000000000:api-destination/x/1'];
    for (const rest of elsewhere)
      expect(() => putRule(local, [{ id: 'x', arn: `arn:aws:${rest}` }])).toThrow(
        `Rule stories, target x: the local runtime cannot deliver to arn:aws:${rest}`,
      );
  });
});

describe('a connection', () => {
  const parameters = {
    ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: 'Bearer token' },
    InvocationHttpParameters: {
      HeaderParameters: [{ Key: 'X-Team', Value: 'gate' }],
      QueryStringParameters: [{ Key: 'v', Value: '1' }],
      BodyParameters: [{ Key: 'from', Value: 'storygate' }],
    },
  };

  test('gives its credentials to who may have them and its secret', async () => {
    const { arn, secretArn } = await local.events.putConnection({
      name: 'api',
      authorizationType: 'API_KEY',
      parameters,
    });
    const principal = { kind: 'role', roleArn: ROLE_ARN, sessionName: 'machine' } as const;
    expect(() => local.events.connectionCredentials(arn, principal)).toThrow(/events:RetrieveConnectionCredentials/);

    local.iam.attachPolicy('function-role', 'connection', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'events:RetrieveConnectionCredentials', Resource: arn }],
    });
    expect(() => local.events.connectionCredentials(arn, principal)).toThrow(/secretsmanager:GetSecretValue/);

    local.iam.attachPolicy('function-role', 'secret', {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
          Resource: secretArn,
        },
      ],
    });
    expect(local.events.connectionCredentials(arn, principal)).toEqual({
      headers: { 'X-Team': 'gate', Authorization: 'Bearer token' },
      query: { v: '1' },
      body: { from: 'storygate' },
    });
  });

  test('is described without its secrets', async () => {
    const { arn, secretArn } = await local.events.putConnection({
      name: 'api',
      authorizationType: 'API_KEY',
      parameters,
    });

    const { $metadata: _, ...description } = await sdk.send(new DescribeConnectionCommand({ Name: 'api' }));

    expect(description).toMatchObject({ ConnectionArn: arn, ConnectionState: 'AUTHORIZED', SecretArn: secretArn });
    expect(JSON.stringify(description)).not.toContain('token');
    expect(arn).toMatch(/^arn:aws:events:us-east-1:000000000000:connection\/api\/[0-9a-f-]{36}$/);
  });

  test('is updated by who may, and write its secret', async () => {
    const { arn, secretArn } = await local.events.putConnection({
      name: 'rotated',
      authorizationType: 'API_KEY',
      parameters,
    });
    const key = { ApiKeyName: 'Authorization', ApiKeyValue: 'Bearer newer' };
    const update = { Name: 'rotated', AuthParameters: { ApiKeyAuthParameters: key } };
    const { accessKeyId, secretAccessKey, sessionToken } = local.iam.accessKeyOf(ROLE_ARN, 'rotator');
    const rotator = new EventBridgeClient({
      ...local.config,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    });
    const attempt = () => rotator.send(new UpdateConnectionCommand(update));
    const grants: [action: string, resource: string][] = [
      ['events:UpdateConnection', 'arn:aws:events:us-east-1:000000000000:connection/rotated'],
      ['secretsmanager:UpdateSecret', secretArn],
      ['secretsmanager:GetSecretValue', secretArn],
      ['secretsmanager:PutSecretValue', secretArn],
    ];
    for (const [Action, Resource] of grants) {
      await expect(attempt()).rejects.toThrow(`is not authorized to perform: ${Action} on resource: ${Resource}`);
      const Statement = [{ Effect: 'Allow', Action, Resource }];
      local.iam.attachPolicy('function-role', Action, { Version: '2012-10-17', Statement });
    }
    expect(await attempt()).toMatchObject({ ConnectionArn: arn, ConnectionState: 'AUTHORIZED' });

    const admin = { kind: 'admin', arn: 'arn:aws:iam::000000000000:user/test' } as const;
    expect(local.events.connectionCredentials(arn, admin).headers).toEqual({ Authorization: 'Bearer newer' });
    expect(local.secrets.value(secretArn)).toBe('{"api_key_name":"Authorization","api_key_value":"Bearer newer"}');
    rotator.destroy();
  });

  test('with basic authorization', async () => {
    const { arn } = await local.events.putConnection({
      name: 'basic',
      authorizationType: 'BASIC',
      parameters: { BasicAuthParameters: { Username: 'me', Password: 'pw' } },
    });
    const admin = { kind: 'admin', arn: 'arn:aws:iam::000000000000:user/test' } as const;

    expect(local.events.connectionCredentials(arn, admin).headers).toEqual({ Authorization: 'Basic bWU6cHc=' });
  });

  test('with OAuth is refused', async () => {
    await expect(
      local.events.putConnection({ name: 'oauth', authorizationType: 'OAUTH_CLIENT_CREDENTIALS', parameters: {} }),
    ).rejects.toThrow('Connection oauth: authorization type OAUTH_CLIENT_CREDENTIALS needs its own parameters');
  });
});
