import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { SAVED_QUERIES } from '../../infra/constructs/saved-queries.ts';
import { gateTemplate, permissions, readable, resources } from './gate-template.ts';

let dev: Template;
let prod: Template;
beforeAll(() => {
  dev = gateTemplate();
  prod = gateTemplate({ stage: 'prod' });
});

const ofType = (template: Template, type: string) =>
  resources(template).flatMap((resource) => (resource.type === type ? [resource.properties] : []));

test('every function and state machine is traced', () => {
  for (const properties of ofType(prod, 'AWS::Lambda::Function'))
    expect(properties['TracingConfig']).toEqual({ Mode: 'Active' });
  prod.allResourcesProperties('AWS::StepFunctions::StateMachine', { TracingConfiguration: { Enabled: true } });
});

describe('stages', () => {
  test('prod keeps logs for a year, dev for 30 days', () => {
    prod.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
    dev.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  test('another name lets a second gate live beside the first', () => {
    const other = resources(gateTemplate({ name: 'payments' }));
    const named = other.flatMap(({ properties }) =>
      ['FunctionName', 'QueueName', 'TableName', 'BucketName', 'StateMachineName', 'TopicName', 'LogGroupName']
        .flatMap((property) => (property in properties ? [String(readable(properties[property]))] : []))
        .filter(
          (name) => !name.startsWith('<'), // a reference is no name
        ),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !name.includes('payments-dev') || name.includes('storygate'))).toEqual([]);
  });
});

describe('where it can be looked at', () => {
  test('every saved query is in the template, and in the runbook', () => {
    const runbook = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    const names = ofType(dev, 'AWS::Logs::QueryDefinition').map(({ Name }) => Name);
    expect(names.sort()).toEqual([
      'storygate-dev/Denied calls',
      'storygate-dev/Failures by state',
      'storygate-dev/Follow one story',
      'storygate-dev/Refused callbacks',
      'storygate-dev/Slowest relays',
    ]);
    for (const name of Object.keys(SAVED_QUERIES)) expect(runbook).toContain(`| ${name} |`);
  });

  test('a query searches every log of the gate', () => {
    dev.hasResourceProperties('AWS::Logs::QueryDefinition', {
      Name: 'storygate-dev/Follow one story',
      QueryString: Match.stringLikeRegexp('^fields @timestamp, service, .*\n\\| filter jiraStoryId = "PROJ-12345"\n'),
    });
    for (const { LogGroupNames } of ofType(dev, 'AWS::Logs::QueryDefinition'))
      expect(LogGroupNames).toHaveLength(ofType(dev, 'AWS::Logs::LogGroup').length);
  });

  test('the dashboard shows what the functions count', () => {
    const [board] = ofType(prod, 'AWS::CloudWatch::Dashboard');
    const body = String(readable(board?.['DashboardBody']));
    const { widgets } = JSON.parse(body);
    expect(widgets.map((widget: { properties: { title: string } }) => widget.properties.title)).toEqual([
      'Alarms',
      'Gates',
      'Decisions by disposition',
      'Webhook',
      'From webhook to resume (ms)',
      'From the question to the decision (s)',
      'Why gates stayed closed',
      'Gates waiting now',
      'Cost of use (USD a day)',
      undefined, // a note has no title
      'Age of the oldest callback (s)',
      'Dead letters',
      'Failures by state',
    ]);
    for (const metric of ['CallbackParked', 'RelayTime', 'DecisionTime', 'WorkflowRefused'])
      expect(body).toContain(metric);
  });

  test('the dashboard counts what waits in the log of the state machine, by its last event', () => {
    const [board] = ofType(prod, 'AWS::CloudWatch::Dashboard');
    const { widgets } = JSON.parse(String(readable(board?.['DashboardBody'])));
    const waiting = widgets.find(
      (widget: { properties: { title: string } }) => widget.properties.title === 'Gates waiting now',
    );
    expect(waiting.properties.query).toBe(
      "SOURCE '<ReleaseGateLogs>' | " +
        'filter type in ["TaskSubmitted", "ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"]\n' +
        '| stats latest(type) as newest by execution_arn\n' +
        '| filter newest = "TaskSubmitted"\n' +
        '| stats count(*) as waiting',
    );
  });

  test('the dashboard prices a gate as the table of costs does', () => {
    const [board] = ofType(prod, 'AWS::CloudWatch::Dashboard');
    expect(String(readable(board?.['DashboardBody']))).toContain('"expression":"started * 0.000372"');
  });

  test('the time that a decision took is read off the log', () => {
    dev.hasResourceProperties('AWS::Logs::MetricFilter', {
      FilterPattern: '{ $.decisionSeconds >= 0 }',
      MetricTransformations: [
        { MetricName: 'DecisionTime', MetricNamespace: 'Storygate', MetricValue: '$.decisionSeconds', Unit: 'Seconds' },
      ],
    });
  });
});

describe('the API', () => {
  test('has a limit for each route', () => {
    dev.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
      RouteSettings: {
        'POST /callback': { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000 },
        'POST /executions': { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
      },
    });
  });

  test('names a route in its stage only after the route is there', () => {
    const stages = Object.values(dev.findResources('AWS::ApiGatewayV2::Stage'));
    for (const stage of stages)
      expect(stage['DependsOn'].length).toBeGreaterThanOrEqual(Object.keys(stage['Properties'].RouteSettings).length);
  });

  test('lets only configured addresses call the webhook', () => {
    const allowed = gateTemplate({ api: { allowedAddresses: ['203.0.113.0/24', '2001:db8::/32'] } });
    allowed.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'storygate-dev-jira-webhook',
      Environment: { Variables: { ALLOWED_ADDRESSES: '203.0.113.0/24,2001:db8::/32' } },
    });
    expect(() => gateTemplate({ api: { allowedAddresses: ['203.0.113.0'] } })).toThrow(
      'api.allowedAddresses.0 is "203.0.113.0", expected an address range such as 203.0.113.0/24',
    );
  });

  test('is served at a domain of its own with TLS 1.2, and nowhere else', () => {
    const certificateArn = 'arn:aws:acm:eu-west-1:111122223333:certificate/abc';
    const served = gateTemplate({ api: { domain: { name: 'gates.example.com', certificateArn } } });
    served.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: 'gates.example.com',
      DomainNameConfigurations: [
        { CertificateArn: certificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
      ],
    });
    served.resourceCountIs('AWS::ApiGatewayV2::ApiMapping', 1);
    served.hasResourceProperties('AWS::ApiGatewayV2::Api', { Name: 'storygate-dev', DisableExecuteApiEndpoint: true });
    served.hasOutput('CallbackApiEndpoint', { Value: 'https://gates.example.com/callback' });
    served.hasOutput('ApiDomainTarget', { Value: { 'Fn::GetAtt': [Match.anyValue(), 'RegionalDomainName'] } });
  });

  test('takes tokens of an issuer instead of signatures, if configured', () => {
    const tokens = gateTemplate({ api: { jwt: { issuer: 'https://login.example.com', audience: ['gates'] } } });
    tokens.hasResourceProperties('AWS::ApiGatewayV2::Route', {
      RouteKey: 'POST /executions',
      AuthorizationType: 'JWT',
    });
    tokens.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      JwtConfiguration: { Issuer: 'https://login.example.com', Audience: ['gates'] },
      IdentitySource: ['$request.header.Authorization'],
    });
    expect(permissions(tokens, 'UsersRole').join()).not.toContain('execute-api');
  });
});

describe('roll-out', () => {
  const preference = (template: Template) =>
    ofType(template, 'AWS::StepFunctions::StateMachineAlias')[0]?.['DeploymentPreference'];

  test('is watched by the alarm on failures, which takes the version back', () => {
    expect(preference(prod)).toMatchObject({
      Type: 'ALL_AT_ONCE',
      Alarms: [{ Ref: expect.stringMatching(/^ReleaseGateFailures/) }],
    });
    expect(preference(dev)).not.toHaveProperty('Alarms');
  });

  test('is gradual if configured', () => {
    const rollout = { type: 'canary', percentage: 20, intervalMinutes: 15 };
    expect(preference(gateTemplate({ rollout }))).toMatchObject({ Type: 'CANARY', Percentage: 20, Interval: 15 });
    expect(preference(gateTemplate({ rollout: { type: 'linear' } }))).toMatchObject({
      Type: 'LINEAR',
      Percentage: 10,
      Interval: 10,
    });
    expect(() => gateTemplate({ rollout: { type: 'slow' } })).toThrow('rollout.type is "slow", expected {"type": ');
  });
});

describe('a key of one’s own', () => {
  let own: Template;
  beforeAll(() => {
    own = gateTemplate({ stage: 'prod', customerKey: true });
  });

  test('encrypts everything that holds data', () => {
    own.resourceCountIs('AWS::KMS::Key', 1);
    own.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    const key = expect.stringMatching(/^<CustomerKey/);
    const keyOf = (type: string, property: string) =>
      ofType(own, type).map((properties) => readable(properties[property]));
    for (const queue of keyOf('AWS::SQS::Queue', 'KmsMasterKeyId')) expect(queue).toEqual(key);
    for (const topic of keyOf('AWS::SNS::Topic', 'KmsMasterKeyId')) expect(topic).toEqual(key);
    for (const secret of keyOf('AWS::SecretsManager::Secret', 'KmsKeyId')) expect(secret).toEqual(key);
    for (const group of keyOf('AWS::Logs::LogGroup', 'KmsKeyId')) expect(group).toEqual(key);
    own.hasResourceProperties('AWS::DynamoDB::Table', { SSESpecification: { SSEType: 'KMS' } });
    own.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
        ],
      },
    });
  });

  test('may be used by every role, and by the services that send, for this account only', () => {
    for (const role of ['CallbackRelayRole', 'JiraWebhookRole', 'ReleaseGateRole', 'UsersRole'])
      expect(permissions(own, role)).toContain(
        'Allow kms:Decrypt kms:Encrypt kms:GenerateDataKey on <CustomerKey.Arn>',
      );
    own.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            Principal: { Service: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'] },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
  });

  test('is not there unless wanted', () => prod.resourceCountIs('AWS::KMS::Key', 0));
});
