import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { gateTemplate, readable, resources, statements } from './gate-template.ts';

let dev: Template;
let prod: Template;
beforeAll(() => {
  dev = gateTemplate();
  prod = gateTemplate({ stage: 'prod' });
});

describe('at rest and in transit', () => {
  test('the bucket is encrypted, versioned, closed to the public, and reports to EventBridge', () => {
    dev.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      VersioningConfiguration: { Status: 'Enabled' },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
  });

  test('every queue is encrypted', () => {
    dev.resourceCountIs('AWS::SQS::Queue', 7);
    dev.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
  });

  test('the table is encrypted', () => {
    dev.hasResourceProperties('AWS::DynamoDB::Table', { SSESpecification: { SSEEnabled: true } });
  });

  test('the bucket refuses requests without TLS 1.2', () => {
    const denied = statements(dev, 'AWS::S3::BucketPolicy').filter(({ Effect }) => Effect === 'Deny');
    expect(denied.map(({ Action, Principal, Condition }) => ({ Action, Principal, Condition }))).toEqual([
      { Action: 's3:*', Principal: { AWS: '*' }, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      { Action: 's3:*', Principal: { AWS: '*' }, Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } } },
    ]);
  });

  test('every queue refuses requests without TLS', () => {
    const denied = statements(dev, 'AWS::SQS::QueuePolicy').filter(({ Effect }) => Effect === 'Deny');
    expect(denied.map(({ Resource }) => readable(Resource)).sort()).toEqual([
      '<CallbackRelayDeadLetters.Arn>',
      '<CallbackRelayQueue.Arn>',
      '<NotificationsUndelivered.Arn>',
      '<RemindersMissed.Arn>',
      '<WaitCloserMissed.Arn>',
      '<WorkflowStartFailedStarts.Arn>',
      '<WorkflowStartUndeliveredUploads.Arn>',
    ]);
    for (const { Action, Principal, Condition } of denied)
      expect({ Action, Principal, Condition }).toEqual({
        Action: 'sqs:*',
        Principal: { AWS: '*' },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      });
  });

  test('no secret stands in the template', () => {
    for (const { properties } of resources(dev).filter(({ type }) => type === 'AWS::SecretsManager::Secret'))
      expect(Object.keys(properties)).not.toContain('SecretString');
    dev.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: {
        GenerateStringKey: 'current',
        SecretStringTemplate: '{"previous":""}',
        PasswordLength: 48,
      },
    });
    dev.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: { GenerateStringKey: 'token', SecretStringTemplate: '{}', PasswordLength: 48 },
    });
  });

  test('neither the state machine log nor the access log can carry a token', () => {
    dev.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      LoggingConfiguration: { IncludeExecutionData: false, Level: 'ALL' },
    });
    for (const { properties } of resources(dev).filter(({ type }) => type === 'AWS::ApiGatewayV2::Stage'))
      expect(JSON.stringify(properties['AccessLogSettings'])).not.toMatch(/header|body|authorizer/i);
  });

  test('who lists pending waits does not see their tokens', () => {
    dev.hasResourceProperties('AWS::DynamoDB::Table', {
      GlobalSecondaryIndexes: [
        {
          IndexName: 'pending',
          Projection: {
            ProjectionType: 'INCLUDE',
            NonKeyAttributes: ['executionArn', 'startedAt', 'expiresAt', 'status', 'notAdmitted', 'quorum', 'movedTo'],
          },
        },
      ],
    });
  });
});

describe('what stays and what goes', () => {
  const data = /^AWS::(S3::Bucket|DynamoDB::Table|SQS::Queue|SecretsManager::Secret|Logs::LogGroup)$/;
  const policies = (template: Template) =>
    new Set(
      resources(template)
        .filter(({ type }) => data.test(type))
        .map(({ deletionPolicy }) => deletionPolicy),
    );

  test('dev leaves nothing behind, and empties its bucket', () => {
    expect(policies(dev)).toEqual(new Set(['Delete']));
    dev.resourceCountIs('Custom::S3AutoDeleteObjects', 1);
    dev.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
  });

  test('prod keeps all data', () => {
    expect(policies(prod)).toEqual(new Set(['Retain']));
    prod.resourceCountIs('Custom::S3AutoDeleteObjects', 0);
    prod.hasResourceProperties('AWS::DynamoDB::Table', {
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  test('prod has no action with a wildcard in any policy but the ones that deny', () => {
    const types = ['AWS::IAM::Policy', 'AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy'];
    const allowed = types.flatMap((type) => statements(prod, type)).filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
  });

  test('a stage other than prod keeps its data if it is told to', () => {
    expect(policies(gateTemplate({ stage: 'acceptance', retainData: true }))).toEqual(new Set(['Retain']));
  });
});

test('every log group is declared, named as AWS names it, and forgets after 30 days unless told otherwise', () => {
  dev.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  const names = resources(dev)
    .filter(({ type }) => type === 'AWS::Logs::LogGroup')
    .map(({ properties }) => properties['LogGroupName']);
  expect(names.sort()).toEqual([
    '/aws/apigateway/storygate-dev',
    '/aws/apigateway/storygate-dev-mock-apis',
    '/aws/lambda/storygate-dev-close-wait',
    '/aws/lambda/storygate-dev-jira-webhook',
    '/aws/lambda/storygate-dev-mock-apis',
    '/aws/lambda/storygate-dev-notify',
    '/aws/lambda/storygate-dev-outputs',
    '/aws/lambda/storygate-dev-relay',
    '/aws/lambda/storygate-dev-remind',
    '/aws/lambda/storygate-dev-rotate-api-tokens',
    '/aws/lambda/storygate-dev-rotate-webhook-secret',
    '/aws/lambda/storygate-dev-start-workflow',
    '/aws/lambda/storygate-dev-store-task-token',
    '/aws/vendedlogs/states/storygate-dev-release-gate',
  ]);
  const long = gateTemplate({ logRetentionDays: 365 });
  long.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
  dev.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: 'storygate-dev-relay',
    LoggingConfig: { LogGroup: { Ref: Match.stringLikeRegexp('^CallbackRelayLogs') } },
  });
});

test('a stage that is deployed again takes back what has a literal name: the table and the logs, as the runbook says', () => {
  const spec = loadAwsServiceSpecSync();
  const kept = resources(prod).filter(({ deletionPolicy }) => deletionPolicy === 'Retain');
  const named = kept.filter(({ type, properties }) => {
    const { primaryIdentifier = [] } = spec.lookup('resource', 'cloudFormationType', 'equals', type).only();
    return primaryIdentifier.every((property) => typeof properties[property] === 'string');
  });
  const types = (list: typeof kept) => [...new Set(list.map(({ type }) => type))].sort();
  expect(types(named)).toEqual(['AWS::DynamoDB::Table', 'AWS::Logs::LogGroup']);
  expect(types(kept.filter((resource) => !named.includes(resource)))).toEqual([
    'AWS::Lambda::Version',
    'AWS::S3::Bucket',
    'AWS::SQS::Queue',
    'AWS::SecretsManager::Secret',
    'AWS::StepFunctions::StateMachine',
    'AWS::StepFunctions::StateMachineVersion',
  ]);
});
