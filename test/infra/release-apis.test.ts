import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { gateTemplate, permissions, readable, resources } from './gate-template.ts';

const REAL = { endpoint: 'https://releases.example.com/v2/deploy', secretName: 'releases/api', secretKey: 'bearer' };

function connections(template: Template): unknown[] {
  return resources(template)
    .filter(({ type }) => type === 'AWS::Events::Connection')
    .map(({ properties }) => readable(properties));
}

const connection = (Name: string, ApiKeyValue: string) => ({
  Name,
  AuthorizationType: 'API_KEY',
  AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue } },
});
const MOCK_TOKEN = 'Bearer {{resolve:secretsmanager:<ReleaseApisTokens>:SecretString:token::}}';

let mocked: Template;
beforeAll(() => {
  mocked = gateTemplate();
});

describe('mocks', () => {
  test('each API has a connection that sends the bearer token by reference', () => {
    expect(connections(mocked)).toEqual([
      connection('storygate-dev-validation', MOCK_TOKEN),
      connection('storygate-dev-deployment', MOCK_TOKEN),
      connection('storygate-dev-notification', MOCK_TOKEN),
    ]);
  });
});

describe('a real API in the place of a mock', () => {
  let template: Template;
  beforeAll(() => {
    template = gateTemplate({ apis: { deployment: REAL } });
  });

  test('changes the endpoint and the secret, and nothing in asl/', () => {
    const substitutions = (of: Template) =>
      resources(of).find(({ type }) => type === 'AWS::StepFunctions::StateMachine')?.properties;
    const real = substitutions(template);
    expect(readable(real?.['DefinitionSubstitutions'])).toMatchObject({
      ValidationEndpoint: '<ReleaseApisMocksApi.ApiEndpoint>/validation',
      DeploymentEndpoint: 'https://releases.example.com/v2/deploy',
      NotificationEndpoint: '<ReleaseApisMocksApi.ApiEndpoint>/notification',
    });
    // The key of the definition is a hash of the file: the very same file.
    expect(real?.['DefinitionS3Location']).toEqual(substitutions(mocked)?.['DefinitionS3Location']);
    expect(connections(template)).toContainEqual(
      connection('storygate-dev-deployment', 'Bearer {{resolve:secretsmanager:releases/api:SecretString:bearer::}}'),
    );
  });

  test('is the only endpoint besides the mocks that the state machine may call', () => {
    const mocks = '<ReleaseApisMocksApi.ApiEndpoint>';
    expect(permissions(template, 'ReleaseGateRole')).toContain(
      'Allow states:InvokeHTTPEndpoint on arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:storygate-dev-release-gate' +
        ` if {"StringEquals":{"states:HTTPMethod":"POST","states:HTTPEndpoint":["${mocks}/validation","https://releases.example.com/v2/deploy","${mocks}/notification"]}}`,
    );
  });

  test('three of them leave no mock behind', () => {
    const real = gateTemplate({ apis: { validation: REAL, deployment: REAL, notification: REAL } });
    const names = resources(real).map(({ properties }) => properties['FunctionName']);
    expect(names).not.toContain('storygate-dev-mock-apis');
    real.resourceCountIs('AWS::ApiGatewayV2::Api', 1);
  });
});
