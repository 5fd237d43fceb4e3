import { beforeAll, describe, expect, test } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { gateTemplate, readable, resources } from './gate-template.ts';

let template: Template;
beforeAll(() => {
  template = gateTemplate({
    notifications: [
      { protocol: 'email', endpoint: 'release@example.com' },
      { protocol: 'email', endpoint: 'pay@example.com', kinds: ['rejection', 'reminder'], projects: ['PAY'] },
      { protocol: 'sqs', endpoint: 'arn:aws:sqs:eu-west-1:111122223333:release-events' },
    ],
  });
});

test('failures, dead letters and reminders on the bus reach the function, and a letter box if they do not', () => {
  template.hasResourceProperties('AWS::Events::Rule', {
    EventBusName: { Ref: Match.stringLikeRegexp('^Events') },
    EventPattern: {
      source: ['storygate'],
      'detail-type': ['Workflow Failed', 'Callback Dead-Lettered', 'Wait Reminder'],
    },
    Targets: [
      {
        Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^NotificationsNotifyFunction'), 'Arn'] },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^NotificationsUndelivered'), 'Arn'] } },
      },
    ],
  });
});

test('so does an execution that failed where no state could catch it', () => {
  template.hasResourceProperties('AWS::Events::Rule', {
    EventBusName: Match.absent(),
    EventPattern: {
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: {
        stateMachineArn: [{ 'Fn::Join': ['', Match.arrayWith([':stateMachine:storygate-dev-release-gate'])] }],
        status: ['FAILED'],
        error: [{ prefix: 'States.' }],
      },
    },
  });
});

describe('subscriptions by configuration', () => {
  const subscriptions = () =>
    resources(template)
      .filter(({ type }) => type === 'AWS::SNS::Subscription')
      .map(({ properties }) => readable(properties));

  test('with and without filters', () => {
    const TopicArn = '<NotificationsTopic>';
    expect(subscriptions()).toEqual([
      { TopicArn, Protocol: 'email', Endpoint: 'release@example.com' },
      {
        TopicArn,
        Protocol: 'email',
        Endpoint: 'pay@example.com',
        FilterPolicy: { kind: ['rejection', 'reminder'], project: ['PAY'] },
      },
      { TopicArn, Protocol: 'sqs', Endpoint: 'arn:aws:sqs:eu-west-1:111122223333:release-events' },
    ]);
  });

  test('what cannot be one is refused in one line', () => {
    expect(() => gateTemplate({ notifications: [{ protocol: 'fax', endpoint: '1' }] })).toThrow(
      'storygate.config.json: notifications.0.protocol is "fax", expected email, https, sqs or lambda',
    );
    expect(() => gateTemplate({ notifications: [{ protocol: 'email', endpoint: 'a@b.c', kinds: ['joy'] }] })).toThrow(
      'notifications.0.kinds.0 is "joy", expected one of failure, rejection, expiry, wrong-input, reminder, dead-letter',
    );
  });
});

test('every topic refuses publishers without TLS', () => {
  const policies = resources(gateTemplate({ stage: 'prod' })).filter(({ type }) => type === 'AWS::SNS::TopicPolicy');
  expect(policies).toHaveLength(2);
  for (const { properties } of policies)
    expect(properties['PolicyDocument']).toMatchObject({
      Statement: expect.arrayContaining([
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]),
    });
});
