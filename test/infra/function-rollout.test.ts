import { describe, expect, test } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { gateTemplate, readable, resources } from './gate-template.ts';

const canary = { type: 'canary', percentage: 20, intervalMinutes: 15 };
/** The functions on the way of every decision. */
const GRADUAL = ['storygate-prod-jira-webhook', 'storygate-prod-relay', 'storygate-prod-store-task-token'];

const ofType = (template: Template, type: string) => resources(template).filter((resource) => resource.type === type);

describe('a new version of a function', () => {
  test('is called by an alias where every decision passes, and moves at once unless told otherwise', () => {
    const dev = gateTemplate();
    expect(ofType(dev, 'AWS::Lambda::Alias').map(({ properties }) => properties['Name'])).toEqual([
      'live',
      'live',
      'live',
    ]);
    dev.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', 0);
    dev.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: { 'Fn::Join': ['', [Match.anyValue(), ':live']] },
    });
    const integrations = ofType(dev, 'AWS::ApiGatewayV2::Integration').map(({ properties }) =>
      readable(properties['IntegrationUri']),
    );
    expect(integrations).toContain('<JiraWebhookFunctionAliaslive>');
  });

  test('keeps the one before it as the way back', () => {
    const kept = ofType(gateTemplate(), 'AWS::Lambda::Version').map(({ deletionPolicy }) => deletionPolicy);
    expect(kept).toEqual(['Retain', 'Retain', 'Retain']);
  });

  test('reaches its callers by and by, and is taken back by the alarm on its errors', () => {
    const prod = gateTemplate({ stage: 'prod', rollout: canary });
    const groups = ofType(prod, 'AWS::CodeDeploy::DeploymentGroup').map(({ properties }) => properties);
    const alarms = new Map(
      ofType(prod, 'AWS::CloudWatch::Alarm').map(({ id, properties }) => [id, String(properties['AlarmName'])]),
    );
    expect(
      groups.map(({ AlarmConfiguration }) =>
        Object(AlarmConfiguration).Alarms.map(({ Name }: { Name: { Ref: string } }) => alarms.get(Name.Ref)),
      ),
    ).toEqual(expect.arrayContaining(GRADUAL.map((name) => [`${name}-errors`])));
    expect(groups).toHaveLength(3);
    for (const { AutoRollbackConfiguration } of groups)
      expect(AutoRollbackConfiguration).toEqual({
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
      });
    prod.resourceCountIs('AWS::CodeDeploy::DeploymentConfig', 1);
    prod.hasResourceProperties('AWS::CodeDeploy::DeploymentConfig', {
      ComputePlatform: 'Lambda',
      TrafficRoutingConfig: {
        Type: 'TimeBasedCanary',
        TimeBasedCanary: { CanaryPercentage: 20, CanaryInterval: 15 },
      },
    });
    prod.hasResource('AWS::Lambda::Alias', {
      UpdatePolicy: { CodeDeployLambdaAliasUpdate: { DeploymentGroupName: Match.anyValue() } },
    });
  });

  test('rolls out linearly if told so, without alarms too', () => {
    const linear = gateTemplate({ rollout: { type: 'linear', percentage: 25, intervalMinutes: 5 } });
    linear.hasResourceProperties('AWS::CodeDeploy::DeploymentConfig', {
      TrafficRoutingConfig: { Type: 'TimeBasedLinear', TimeBasedLinear: { LinearPercentage: 25, LinearInterval: 5 } },
    });
    linear.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      AlarmConfiguration: { Enabled: false },
      AutoRollbackConfiguration: { Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST'] },
    });
  });
});
