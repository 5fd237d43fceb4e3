import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { FileDistributionStack } from '../../infra/file-distribution-stack.ts';
import { MessageRecordStack } from '../../infra/message-record-stack.ts';
import { alarms } from './alarm-facts.ts';
import { gateTemplate, readable, stackTemplate } from './gate-template.ts';

let prod: Template;
let all: Template[];
beforeAll(() => {
  prod = gateTemplate({ stage: 'prod' });
  all = [
    prod,
    stackTemplate(FileDistributionStack, { stage: 'prod' }),
    stackTemplate(MessageRecordStack, { stage: 'prod' }),
  ];
});

/** Headings of a Markdown file as the anchors that its readers' links use. */
function anchors(file: string): Set<string> {
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const headings = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

describe('every alarm of every stack', () => {
  test('says what it means, what to do first, and names a heading of the runbook that exists', () => {
    const known = anchors('docs/operations.md');
    for (const { name, description } of all.flatMap(alarms)) {
      const [, heading] = description.match(/^[A-Z].+\. First: .+\. More: docs\/operations\.md#([a-z0-9-]+)$/) ?? [];
      expect([name, known.has(heading ?? 'none')]).toEqual([name, true]);
      expect(description.length).toBeLessThanOrEqual(1024);
    }
  });

  test('has a name of its own', () => {
    const names = all.flatMap(alarms).map(({ name }) => name);
    expect(names.length).toBe(new Set(names).size);
    expect(names.filter((name) => /\[object|<|\$\{/.test(name))).toEqual([]);
  });

  test('wakes people, tells them when it is over, and stays silent without data', () => {
    for (const template of all)
      for (const { properties } of alarms(template)) {
        expect(readable(properties['AlarmActions'])).toEqual(['<AlarmsTopic>']);
        expect(readable(properties['OKActions'])).toEqual(['<AlarmsTopic>']);
        expect(properties['TreatMissingData']).toBe('notBreaching');
      }
  });
});

test('the gate has these', () => {
  const functions = [
    'close-wait',
    'jira-webhook',
    'mock-apis',
    'notify',
    'outputs',
    'relay',
    'remind',
    'rotate-api-tokens',
    'rotate-webhook-secret',
    'start-workflow',
    'store-task-token',
  ];
  const ofFunctions = functions.flatMap((name) => [`${name}-errors`, `${name}-throttles`]);
  const names = alarms(prod).map(({ name }) => name.replace(/^storygate-prod-/, ''));
  expect(names.filter((name) => !ofFunctions.includes(name)).sort()).toEqual([
    '429',
    '5xx',
    'callbacks-dlq-not-empty',
    'callbacks-too-old',
    'close-wait-dlq-not-empty',
    'executions-ended-undelivered',
    'jira-webhook-401',
    'mock-apis-429',
    'mock-apis-5xx',
    'notifications-dlq-not-empty',
    'notifications-undelivered',
    'relay-retries',
    'release-gate-failed',
    'release-gate-log-delivery',
    'release-gate-throttles',
    'remind-dlq-not-empty',
    'start-workflow-dlq-not-empty',
    'uncaught-failures-undelivered',
    'uploads-dlq-not-empty',
    'uploads-undelivered',
    'wait-too-long',
    'waits-begun-undelivered',
    'waits-throttles',
  ]);
  expect(names).toEqual(expect.arrayContaining(ofFunctions));
});

describe('what they look at', () => {
  const alarm = (name: string) => {
    const found = alarms(prod).find((candidate) => candidate.name === `storygate-prod-${name}`);
    return found?.properties;
  };

  test('the first dead letter, within a minute', () => {
    expect(alarm('callbacks-dlq-not-empty')).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Statistic: 'Maximum',
      Period: 60,
      Threshold: 1,
      EvaluationPeriods: 1,
    });
  });

  test('a callback older than the longest backoff and a visibility timeout: 900 + 180 s', () => {
    expect(alarm('callbacks-too-old')).toMatchObject({
      MetricName: 'ApproximateAgeOfOldestMessage',
      Statistic: 'Maximum',
      Threshold: 1200,
    });
  });

  test('requests to the webhook without a valid signature, as a share of all', () => {
    expect(alarm('jira-webhook-401')).toMatchObject({
      Threshold: 33,
      Metrics: [
        { Expression: 'IF(refused >= 3, 100 * refused / requests, 0)' },
        {
          Id: 'refused',
          MetricStat: {
            Metric: {
              Namespace: 'Storygate',
              MetricName: 'CallbackUnauthenticated',
              Dimensions: [{ Name: 'service', Value: 'storygate-prod-jira-webhook' }],
            },
            Period: 900,
            Stat: 'Sum',
          },
        },
        { Id: 'requests', MetricStat: { Metric: { Namespace: 'AWS/Lambda', MetricName: 'Invocations' } } },
      ],
    });
  });

  test('failures of the gate that are none of its decisions; every failure of the others', () => {
    expect(alarm('release-gate-failed')).toMatchObject({
      Namespace: 'Storygate',
      MetricName: 'WorkflowFailed',
      Dimensions: [{ Name: 'service', Value: 'storygate-prod-notify' }],
      Threshold: 1,
    });
    all[1]?.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'storygate-prod-file-distribution-failed',
      Namespace: 'AWS/States',
      MetricName: 'ExecutionsFailed',
    });
  });

  test('executions whose log stays empty', () => {
    expect(alarm('release-gate-log-delivery')).toMatchObject({
      EvaluationPeriods: 2,
      Metrics: [
        { Expression: 'IF(started > 0 AND FILL(lines, 0) == 0, 1, 0)' },
        { Id: 'started', MetricStat: { Metric: { MetricName: 'ExecutionsStarted' }, Period: 900 } },
        { Id: 'lines', MetricStat: { Metric: { Namespace: 'AWS/Logs', MetricName: 'IncomingLogEvents' } } },
      ],
    });
  });
});

describe('who is told', () => {
  test('nobody outside prod, unless told otherwise', () => {
    for (const type of [
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::Dashboard',
      'AWS::Chatbot::SlackChannelConfiguration',
    ])
      gateTemplate().resourceCountIs(type, 0);
    expect(alarms(gateTemplate({ stage: 'test', alarms: { enabled: true } })).length).toBe(alarms(prod).length);
    expect(alarms(gateTemplate({ stage: 'prod', alarms: { enabled: false } }))).toEqual([]);
  });

  test('CloudWatch may publish to the topic, for this account only, and nobody without TLS', () => {
    prod.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: [
          { Effect: 'Deny', Action: 'sns:Publish', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
          {
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          },
        ],
      },
      Topics: [{ Ref: Match.stringLikeRegexp('^AlarmsTopic') }],
    });
  });

  test('e-mail addresses and a Slack channel that can do nothing', () => {
    const told = gateTemplate({
      alarms: {
        enabled: true,
        emails: ['ops@example.com'],
        slack: { workspaceId: 'T0123ABCD', channelId: 'C0456EFGH' },
      },
    });
    told.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
    told.hasResourceProperties('AWS::Chatbot::SlackChannelConfiguration', {
      SlackWorkspaceId: 'T0123ABCD',
      SlackChannelId: 'C0456EFGH',
      SnsTopicArns: [{ Ref: Match.stringLikeRegexp('^AlarmsTopic') }],
      GuardrailPolicies: [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/AWSDenyAll']] }],
    });
  });

  test('the link leads where the configuration says', () => {
    const linked = gateTemplate({ alarms: { enabled: true, runbook: 'https://wiki.example.com/storygate' } });
    for (const { description } of alarms(linked))
      expect(description).toContain(' More: https://wiki.example.com/storygate#');
  });
});
