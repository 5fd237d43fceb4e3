import { beforeAll, describe, expect, test } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { parseConfig } from '../../infra/config.ts';
import { FileDistributionStack } from '../../infra/file-distribution-stack.ts';
import { permissions, readable, resources, stackTemplate, statements } from './gate-template.ts';

let template: Template;
beforeAll(() => {
  template = stackTemplate(FileDistributionStack);
});

const SUFFIX = '-<AWS::AccountId>-<AWS::Region>';
const names = (of: Template, type: string, property: string) =>
  resources(of).flatMap((resource) => (resource.type === type ? [readable(resource.properties[property])] : []));

test('the stack tells where everything is', () => {
  expect(readable(template.toJSON()['Outputs'])).toEqual({
    SourceBucketName: expect.objectContaining({ Value: '<BucketsglobalbuildsBucket>' }),
    DestinationBucketNames: expect.objectContaining({
      Value: '<BucketsregionabuildsBucket>,<BucketsregionbbuildsBucket>',
    }),
    DestinationsByPrefix: expect.objectContaining({
      Value: `{"":["region-a-builds${SUFFIX}","region-b-builds${SUFFIX}"]}`,
    }),
    StateMachineArn: expect.objectContaining({ Value: '<FileDistributionLive.Arn>' }),
    TrackingTableName: expect.objectContaining({ Value: '<Tracking>' }),
    FailureTopicArn: expect.objectContaining({ Value: '<FailuresTopic>' }),
    StartApiEndpoint: expect.objectContaining({ Value: '<Api.ApiEndpoint>/step-function' }),
    EventBusName: expect.objectContaining({ Value: '<Events>' }),
  });
});

describe('its resources', () => {
  test('have the names that people know', () => {
    expect(names(template, 'AWS::S3::Bucket', 'BucketName')).toEqual([
      `global-builds${SUFFIX}`,
      `region-a-builds${SUFFIX}`,
      `region-b-builds${SUFFIX}`,
    ]);
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      TableName: 'FileCopyTracking',
      KeySchema: [
        { AttributeName: 'fileKey', KeyType: 'HASH' },
        { AttributeName: 'sourceBucket', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true },
    });
    expect(names(template, 'AWS::SNS::Topic', 'TopicName')).toEqual(['file-copy-failures']);
  });

  test('are closed, encrypted, and refuse requests without TLS', () => {
    template.allResourcesProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: Match.anyValue(),
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      LifecycleConfiguration: {
        Rules: Match.arrayWith([Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } })]),
      },
    });
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    const denied = statements(template, 'AWS::SNS::TopicPolicy').filter(({ Effect }) => Effect === 'Deny');
    expect(denied).toMatchObject([{ Action: 'sns:Publish', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }]);
  });

  test('are encrypted with the key of the stack where there is one, which those who publish may use', () => {
    const own = stackTemplate(FileDistributionStack, { customerKey: true });
    own.allResourcesProperties('AWS::SNS::Topic', {
      KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^CustomerKey'), 'Arn'] },
    });
    expect(permissions(own, 'FileDistributionRole')).toContain(
      'Allow kms:Decrypt kms:Encrypt kms:GenerateDataKey on <CustomerKey.Arn>',
    );
  });

  test('only the source bucket reports its objects', () => {
    const reporting = resources(template).filter(({ properties }) => properties['NotificationConfiguration']);
    expect(reporting.map(({ properties }) => readable(properties['BucketName']))).toEqual([`global-builds${SUFFIX}`]);
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { object: { key: [{ wildcard: '*' }] } },
      },
      Targets: [{ DeadLetterConfig: Match.anyValue() }],
    });
  });

  test('stay when a prod stack goes', () => {
    const kept = resources(stackTemplate(FileDistributionStack, { stage: 'prod' })).filter(({ type }) =>
      /^AWS::(S3::Bucket|DynamoDB::Table)$/.test(type),
    );
    expect(kept.map(({ deletionPolicy }) => deletionPolicy)).toEqual(['Retain', 'Retain', 'Retain', 'Retain']);
  });
});

describe('each role may do what it does, and nothing else', () => {
  const SOURCE = '<BucketsglobalbuildsBucket.Arn>';
  const DESTINATIONS = ['<BucketsregionabuildsBucket.Arn>', '<BucketsregionbbuildsBucket.Arn>'];

  test('copy-file', () => {
    const own = permissions(template, 'FileCopierCopyFileRole').filter((line) => / s3:/.test(line));
    expect(own).toEqual([
      `Allow s3:GetObject s3:GetObjectVersion s3:GetObjectVersionTagging on ${SOURCE}/*`,
      `Allow s3:ListBucket on ${SOURCE} ${DESTINATIONS.join(' ')}`,
      `Allow s3:AbortMultipartUpload s3:GetObject s3:GetObjectVersionTagging s3:PutObject s3:PutObjectTagging on ${DESTINATIONS.map((arn) => `${arn}/*`).join(' ')}`,
    ]);
  });

  test('the state machine', () => {
    const lines = permissions(template, 'FileDistributionRole').filter((line) => !/ (logs|xray):/.test(line));
    expect(lines).toEqual([
      'Allow lambda:InvokeFunction on <FileCopierCopyFileFunction.Arn>',
      'Allow dynamodb:PutItem dynamodb:UpdateItem on <Tracking.Arn>',
      'Allow events:PutEvents on <Events.Arn>',
      'Allow sns:Publish on <FailuresTopic>',
    ]);
  });

  test('start-distribution', () => {
    expect(permissions(template, 'WorkflowStartStartWorkflowRole')).toContain(
      'Allow states:StartExecution on <FileDistributionStateMachine> if {"StringEquals":{"states:StateMachineQualifier":"live"}}',
    );
  });
});

describe('the configuration', () => {
  const configured = (fileDistribution: object) => stackTemplate(FileDistributionStack, { fileDistribution });

  test('says what goes where', () => {
    const own = configured({
      destinationBuckets: ['eu-builds', 'us-builds'],
      otherBuckets: ['partner-builds'],
      destinations: { '': ['us-builds'], 'builds/eu/': ['eu-builds', 'partner-builds'] },
    });
    const [start] = resources(own).filter(
      ({ properties }) => properties['FunctionName'] === 'storygate-dev-start-distribution',
    );
    expect(readable(start?.properties['Environment'])).toMatchObject({
      Variables: {
        DESTINATIONS: `{"":["us-builds${SUFFIX}"],"builds/eu/":["eu-builds${SUFFIX}","partner-builds"]}`,
      },
    });
    expect(permissions(own, 'FileCopierCopyFileRole').join()).toContain('arn:<AWS::Partition>:s3:::partner-builds/*');
  });

  test('names who is told', () => {
    configured({ failureEmails: ['ops@example.com'] }).hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    });
  });

  test.each<[object, string]>([
    [
      { destinations: { 'eu/': ['elsewhere'] } },
      'storygate.config.json: fileDistribution.destinations.eu/.0 is "elsewhere", expected one of region-a-builds, region-b-builds',
    ],
    [
      { sourceBucket: 'region-a-builds' },
      'storygate.config.json: fileDistribution.sourceBucket is "region-a-builds", expected a bucket that is not a destination too',
    ],
    [
      { destinationBuckets: ['Bad_Name'] },
      'storygate.config.json: fileDistribution.destinationBuckets.0 is "Bad_Name", expected the base of a bucket name: 3 to 35 lower-case letters, digits, dots and dashes',
    ],
    [
      { multipartThresholdBytes: 6_000_000_000 },
      'storygate.config.json: fileDistribution.multipartThresholdBytes is 6000000000, expected a whole number from 5242880 to 5368709120',
    ],
    [
      { failureEmails: ['nobody'] },
      'storygate.config.json: fileDistribution.failureEmails.0 is "nobody", expected an e-mail address',
    ],
  ])('%j is refused', (fileDistribution, message) => {
    expect(() => parseConfig({ fileDistribution })).toThrow(message);
  });
});
