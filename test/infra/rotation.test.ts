import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { gateTemplate, readable, resources } from './gate-template.ts';

const REAL = { endpoint: 'https://releases.example.com', secretName: 'releases/api' };

const ofType = (template: Template, type: string) =>
  resources(template).flatMap((resource) => (resource.type === type ? [readable(resource.properties)] : []));
const schedules = (template: Template) => ofType(template, 'AWS::SecretsManager::RotationSchedule');

let dev: Template;
beforeAll(() => {
  dev = gateTemplate();
});

describe('a secret is rotated', () => {
  test('the webhook’s by hand, that of the mock APIs every 90 days as well; by no deployment', () => {
    expect(schedules(dev)).toEqual([
      {
        SecretId: '<ReleaseApisTokens>',
        RotationLambdaARN: '<ReleaseApisRotationRotateFunction.Arn>',
        RotationRules: { ScheduleExpression: 'rate(90 days)' },
        RotateImmediatelyOnUpdate: false,
      },
      {
        SecretId: '<JiraWebhookSecret>',
        RotationLambdaARN: '<JiraWebhookRotationRotateFunction.Arn>',
        RotateImmediatelyOnUpdate: false,
      },
    ]);
  });

  test('as often as the configuration says', () => {
    const rotation = { webhookSecretDays: 180, apiTokensDays: 'never' };
    expect(schedules(gateTemplate({ rotation }))).toMatchObject([
      { SecretId: '<ReleaseApisTokens>', RotateImmediatelyOnUpdate: false },
      { SecretId: '<JiraWebhookSecret>', RotationRules: { ScheduleExpression: 'rate(180 days)' } },
    ]);
    expect(() => gateTemplate({ rotation: { webhookSecretDays: 0 } })).toThrow(
      'rotation.webhookSecretDays is 0, expected "never" or a whole number of days from 1 to 1000',
    );
  });

  test('by a function that Secrets Manager may call for this secret of this account, and is allowed to before', () => {
    const permissions = ofType(dev, 'AWS::Lambda::Permission').filter(
      (properties) => Object(properties).Principal === 'secretsmanager.amazonaws.com',
    );
    expect(permissions).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: '<ReleaseApisRotationRotateFunction.Arn>',
        Principal: 'secretsmanager.amazonaws.com',
        SourceAccount: '<AWS::AccountId>',
        SourceArn: '<ReleaseApisTokens>',
      },
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: '<JiraWebhookRotationRotateFunction.Arn>',
        Principal: 'secretsmanager.amazonaws.com',
        SourceAccount: '<AWS::AccountId>',
        SourceArn: '<JiraWebhookSecret>',
      },
    ]);
    for (const schedule of Object.values(dev.findResources('AWS::SecretsManager::RotationSchedule')))
      expect(schedule['DependsOn']).toEqual([expect.stringMatching(/RotationMayRotate/)]);
  });

  test('and brought to the connections of mocks, never to those of real APIs', () => {
    const namesFor = (template: Template) =>
      ofType(template, 'AWS::Lambda::Function').flatMap((properties) => {
        const { Variables } = Object(properties).Environment ?? {};
        return Variables?.CONNECTION_NAMES ?? [];
      });
    expect(namesFor(dev)).toEqual([
      '<ReleaseApisvalidationConnection>,<ReleaseApisdeploymentConnection>,<ReleaseApisnotificationConnection>',
    ]);
    expect(namesFor(gateTemplate({ apis: { deployment: REAL } }))).toEqual([
      '<ReleaseApisvalidationConnection>,<ReleaseApisnotificationConnection>',
    ]);
    const real = gateTemplate({ apis: { validation: REAL, deployment: REAL, notification: REAL } });
    expect(namesFor(real)).toEqual([]);
    expect(schedules(real)).toMatchObject([{ SecretId: '<JiraWebhookSecret>' }]);
  });
});

test('the first rotation that fails wakes people', () => {
  const alarms = ofType(gateTemplate({ stage: 'prod' }), 'AWS::CloudWatch::Alarm');
  for (const name of ['rotate-webhook-secret', 'rotate-api-tokens'])
    expect(alarms).toContainEqual(
      expect.objectContaining({
        AlarmName: `storygate-prod-${name}-errors`,
        Threshold: 1,
        AlarmDescription: expect.stringMatching(
          /was not rotated.* More: docs\/operations\.md#a-secret-was-not-rotated$/,
        ),
      }),
    );
});
