import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { gateTemplate, readable, resources } from './gate-template.ts';

let template: Template;
beforeAll(() => {
  template = gateTemplate();
});

test('the stack tells where everything is', () => {
  const outputs = Object.entries(template.toJSON()['Outputs']).map(([key, output]) => {
    const { Value } = output as { Value: unknown }; // every output of a template has one
    return [key, readable(Value)];
  });
  expect(Object.fromEntries(outputs)).toEqual({
    CallbackApiEndpoint: '<Api.ApiEndpoint>/callback',
    StartApiEndpoint: '<Api.ApiEndpoint>/executions',
    S3BucketName: '<WorkflowBucket>',
    StateMachineArn: '<ReleaseGateLive.Arn>',
    ApiTokensSecretArn: '<ReleaseApisTokens>',
    WebhookSecretArn: '<JiraWebhookSecret>',
    UserRoleArn: '<UsersRole.Arn>',
    WaitsTableName: '<WaitsTable>',
    CallbackQueueUrl: '<CallbackRelayQueue>',
    CallbackDlqUrl: '<CallbackRelayDeadLetters>',
    NotificationTopicArn: '<NotificationsTopic>',
    EventBusName: '<Events>',
  });
});

test('names carry the stage', () => {
  const test2 = resources(gateTemplate({ stage: 'test2' }));
  const nameOf = (type: string, property: string) =>
    test2.flatMap((resource) => (resource.type === type ? (readable(resource.properties[property]) ?? []) : [])).sort();
  expect(nameOf('AWS::Lambda::Function', 'FunctionName')).toEqual([
    'storygate-test2-close-wait',
    'storygate-test2-jira-webhook',
    'storygate-test2-mock-apis',
    'storygate-test2-notify',
    'storygate-test2-outputs',
    'storygate-test2-relay',
    'storygate-test2-remind',
    'storygate-test2-rotate-api-tokens',
    'storygate-test2-rotate-webhook-secret',
    'storygate-test2-start-workflow',
    'storygate-test2-store-task-token',
  ]);
  expect(nameOf('AWS::SQS::Queue', 'QueueName')).toEqual([
    'storygate-test2-callbacks',
    'storygate-test2-callbacks-dlq',
    'storygate-test2-close-wait-dlq',
    'storygate-test2-notifications-dlq',
    'storygate-test2-remind-dlq',
    'storygate-test2-start-workflow-dlq',
    'storygate-test2-uploads-dlq',
  ]);
  expect(nameOf('AWS::S3::Bucket', 'BucketName')).toEqual(['storygate-test2-<AWS::AccountId>-<AWS::Region>']);
  expect(nameOf('AWS::DynamoDB::Table', 'TableName')).toEqual(['storygate-test2-waits']);
  expect(nameOf('AWS::StepFunctions::StateMachine', 'StateMachineName')).toEqual(['storygate-test2-release-gate']);
});

describe('start', () => {
  test('uploads of .json files below inputs/ start a gate; what cannot be delivered is kept', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { object: { key: [{ wildcard: 'inputs/*.json' }] } },
      },
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^WorkflowStartStartWorkflowFunction'), 'Arn'] },
          DeadLetterConfig: {
            Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^WorkflowStartUndeliveredUploads'), 'Arn'] },
          },
        },
      ],
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'storygate-dev-start-workflow',
      DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^WorkflowStartFailedStarts'), 'Arn'] } },
    });
  });

  test('only the rule may put events into its dead-letter queue', () => {
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'sqs:SendMessage',
            Principal: { Service: 'events.amazonaws.com' },
            Condition: {
              ArnEquals: {
                'aws:SourceArn': { 'Fn::GetAtt': [Match.stringLikeRegexp('^WorkflowStartUploads'), 'Arn'] },
              },
            },
          }),
        ]),
      },
    });
  });

  test('POST /executions must be signed, POST /callback is open to the function that verifies it', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', {
      RouteKey: 'POST /executions',
      AuthorizationType: 'AWS_IAM',
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', {
      RouteKey: 'POST /callback',
      AuthorizationType: 'NONE',
    });
    template.allResourcesProperties('AWS::ApiGatewayV2::Integration', { PayloadFormatVersion: '2.0' });
  });
});

describe('callbacks', () => {
  test('the queue waits 6 × the relay and gives up long after it', () => {
    template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'storygate-dev-relay', Timeout: 30 });
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'storygate-dev-callbacks',
      VisibilityTimeout: 180,
      MessageRetentionPeriod: 1_209_600,
      RedrivePolicy: {
        deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^CallbackRelayDeadLetters'), 'Arn'] },
        maxReceiveCount: 110,
      },
    });
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'storygate-dev-callbacks-dlq',
      MessageRetentionPeriod: 1_209_600,
    });
  });

  test('one bad record does not bring back its batch, and the relay stays below the quota of SendTask', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 3 },
    });
  });
});

describe('functions', () => {
  test('all run on Node 24, arm64, traced, from index.handler', () => {
    const own = template.findResources('AWS::Lambda::Function', {
      Properties: { FunctionName: Match.stringLikeRegexp('^storygate-') },
    });
    expect(Object.values(own)).toHaveLength(11);
    for (const { Properties } of Object.values(own))
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        TracingConfig: { Mode: 'Active' },
        Environment: { Variables: { POWERTOOLS_METRICS_NAMESPACE: 'Storygate', LOG_LEVEL: 'INFO' } },
      });
  });

  test('settings reach the functions that need them', () => {
    const configured = gateTemplate({
      replayWindowSeconds: 7200,
      earlyDecisionGraceSeconds: 600,
      parkedRetentionSeconds: 3600,
      logLevel: 'DEBUG',
      decisionCriteria: { projects: { PAY: { approve: { statuses: ['Released'] } } } },
    });
    const environment = (name: string) =>
      resources(configured).find(({ properties }) => properties['FunctionName'] === name)?.properties['Environment'];
    expect(environment('storygate-dev-jira-webhook')).toMatchObject({
      Variables: {
        REPLAY_WINDOW_SECONDS: '7200',
        LOG_LEVEL: 'DEBUG',
        DECISION_CRITERIA:
          '{"projects":{"PAY":{"approve":{"statuses":["Released"],"resolutions":[]},"reject":{"statuses":[],"resolutions":[]}}}}',
      },
    });
    expect(environment('storygate-dev-store-task-token')).toMatchObject({
      Variables: { EARLY_DECISION_GRACE_SECONDS: '600' },
    });
    expect(environment('storygate-dev-relay')).toMatchObject({ Variables: { PARKED_RETENTION_SECONDS: '3600' } });
  });
});

describe('state machine', () => {
  test('is the file in asl/, with every placeholder filled', () => {
    const asl = readFileSync(new URL('../../asl/release-gate.asl.json', import.meta.url), 'utf8');
    const placeholders = new Set([...asl.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name));
    const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
    expect(new Set(Object.keys(machine?.['Properties'].DefinitionSubstitutions))).toEqual(placeholders);
    expect(machine?.['Properties'].DefinitionS3Location).toBeDefined();
  });

  test('publishes a version, and the live alias points to it', () => {
    template.hasResource('AWS::StepFunctions::StateMachineVersion', {
      DeletionPolicy: 'Retain',
      Properties: {
        StateMachineRevisionId: {
          'Fn::GetAtt': [Match.stringLikeRegexp('^ReleaseGateStateMachine'), 'StateMachineRevisionId'],
        },
      },
    });
    template.hasResourceProperties('AWS::StepFunctions::StateMachineAlias', {
      Name: 'live',
      RoutingConfiguration: Match.absent(),
      DeploymentPreference: {
        StateMachineVersionArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ReleaseGateVersion'), 'Arn'] },
        Type: 'ALL_AT_ONCE',
      },
    });
  });

  test('waits a day unless told otherwise', () => {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      DefinitionSubstitutions: { WaitTimeoutSeconds: '86400' },
    });
    gateTemplate({ waitTimeoutSeconds: 5 }).hasResourceProperties('AWS::StepFunctions::StateMachine', {
      DefinitionSubstitutions: { WaitTimeoutSeconds: '5' },
    });
  });
});
