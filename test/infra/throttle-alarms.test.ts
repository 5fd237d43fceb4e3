import { beforeAll, describe, expect, test } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { FileDistributionStack } from '../../infra/file-distribution-stack.ts';
import { MessageRecordStack } from '../../infra/message-record-stack.ts';
import { alarms } from './alarm-facts.ts';
import { gateTemplate, readable, resources, stackTemplate } from './gate-template.ts';

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

describe('what is refused or given up', () => {
  const alarm = (template: Template | undefined, name: string) =>
    template && alarms(template).find((candidate) => candidate.name === name)?.properties;

  test('requests that get 429, counted in the access log, since API Gateway has no metric of them', () => {
    prod.hasResourceProperties('AWS::Logs::MetricFilter', {
      FilterPattern: '{ $.status = "429" }',
      LogGroupName: { Ref: Match.stringLikeRegexp('^ApiLogs') },
      MetricTransformations: [{ MetricNamespace: 'Storygate', MetricName: 'storygate-prod-429', MetricValue: '1' }],
    });
    expect(alarm(prod, 'storygate-prod-429')).toMatchObject({
      Namespace: 'Storygate',
      MetricName: 'storygate-prod-429',
      Statistic: 'Sum',
      Threshold: 1,
    });
    gateTemplate().resourcePropertiesCountIs('AWS::Logs::MetricFilter', { FilterPattern: '{ $.status = "429" }' }, 0);
  });

  test('reads and writes of each table, and writes of its index', () => {
    expect(alarm(prod, 'storygate-prod-waits-throttles')).toMatchObject({
      EvaluationPeriods: 3,
      Metrics: [
        { Expression: 'SUM([reads, writes, pendingWrites])' },
        { Id: 'reads', MetricStat: { Metric: { Namespace: 'AWS/DynamoDB', MetricName: 'ReadThrottleEvents' } } },
        {
          Id: 'writes',
          MetricStat: {
            Metric: {
              MetricName: 'WriteThrottleEvents',
              Dimensions: [{ Name: 'TableName', Value: 'storygate-prod-waits' }],
            },
          },
        },
        {
          Id: 'pendingWrites',
          MetricStat: {
            Metric: {
              Dimensions: [
                { Name: 'GlobalSecondaryIndexName', Value: 'pending' },
                { Name: 'TableName', Value: 'storygate-prod-waits' },
              ],
            },
          },
        },
      ],
    });
    expect(alarm(all[1], 'FileCopyTracking-throttles')).toBeDefined();
    expect(alarm(all[2], 'awsdemoddb-throttles')).toBeDefined();
  });

  test('events of every rule, on the bus that it listens to', () => {
    for (const template of all) {
      const rules = resources(template).filter(({ type }) => type === 'AWS::Events::Rule');
      for (const { properties } of rules) {
        const name = String(properties['Name']);
        const bus = readable(properties['EventBusName']);
        expect([name, readable(alarm(template, `${name}-undelivered`))]).toMatchObject([
          name,
          {
            MetricName: 'FailedInvocations',
            Dimensions: [
              ...(bus === undefined ? [] : [{ Name: 'EventBusName', Value: bus }]),
              { Name: 'RuleName', Value: name },
            ],
          },
        ]);
      }
    }
  });
});
