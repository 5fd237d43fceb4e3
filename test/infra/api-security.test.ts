import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { parseConfig } from '../../infra/config.ts';
import { FileDistributionStack } from '../../infra/file-distribution-stack.ts';
import { localOnly } from '../../infra/local-only.ts';
import { gateTemplate, permissions, readable, resources, stackTemplate } from './gate-template.ts';

const JWT = { issuer: 'https://login.example.com', audience: ['gates'], scopes: ['gates/start'] };

let gate: Template;
let distribution: Template;
beforeAll(() => {
  gate = gateTemplate();
  distribution = stackTemplate(FileDistributionStack);
});

const ofType = (template: Template, type: string) =>
  resources(template).flatMap((resource) => (resource.type === type ? [resource.properties] : []));

/** Every route of a stack: `who may call, requests a second, burst`. Its stage must name it, or it would have no limit of its own. */
function routes(template: Template): Record<string, string> {
  const stages = ofType(template, 'AWS::ApiGatewayV2::Stage');
  return Object.fromEntries(
    ofType(template, 'AWS::ApiGatewayV2::Route').map(({ RouteKey, AuthorizationType, AuthorizationScopes }) => {
      const settings = stages.flatMap(({ RouteSettings }) => Object(RouteSettings)[String(RouteKey)] ?? []);
      const limits = settings.map((one) => `${one.ThrottlingRateLimit}, ${one.ThrottlingBurstLimit}`);
      const scopes = AuthorizationScopes ? ` ${AuthorizationScopes}` : '';
      return [String(RouteKey), `${AuthorizationType}${scopes}, ${limits.join()}`];
    }),
  );
}

describe('every route has who may call it, and a limit', () => {
  test('of the gate: what is open is authenticated by its function, which needs the bytes or stands for a real API', () => {
    expect(routes(gate)).toEqual({
      'POST /callback': 'NONE, 1000, 2000',
      'POST /executions': 'AWS_IAM, 100, 200',
      'POST /validation': 'NONE, 100, 200',
      'POST /deployment': 'NONE, 100, 200',
      'POST /notification': 'NONE, 100, 200',
    });
  });

  test('of file distribution', () => {
    expect(routes(distribution)).toEqual({ 'POST /step-function': 'AWS_IAM, 100, 200' });
  });

  test('with an issuer of tokens, the starts ask for one with the scope; the webhook stays as it is', () => {
    expect(routes(gateTemplate({ api: { jwt: JWT } }))).toMatchObject({
      'POST /callback': 'NONE, 1000, 2000',
      'POST /executions': 'JWT gates/start, 100, 200',
    });
    const tokens = stackTemplate(FileDistributionStack, { api: { jwt: { ...JWT, scopes: [] } } });
    expect(routes(tokens)).toEqual({ 'POST /step-function': 'JWT, 100, 200' });
  });

  test.each([
    [
      { issuer: 'http://login.example.com' },
      'api.jwt.issuer is "http://login.example.com", expected a URL that starts with https://',
    ],
    [{ audience: [] }, 'api.jwt.audience is [], expected at least one client id'],
    [{ scopes: ['two words'] }, 'api.jwt.scopes.0 is "two words", expected a scope such as gates/start'],
  ])('a configuration with %j is refused', (wrong, message) => {
    expect(() => gateTemplate({ api: { jwt: { ...JWT, ...wrong } } })).toThrow(message);
  });
});

test('an issuer on this machine is for the local run, and no deployment', () => {
  const withIssuer = (issuer: string) => parseConfig({ api: { jwt: { ...JWT, issuer } } });
  expect(localOnly(withIssuer('http://127.0.0.1:8080/realms/gates'))).toBe(
    'api.jwt.issuer is http://127.0.0.1:8080/realms/gates: API Gateway takes issuers with https:// only, this one is for the local run',
  );
  expect(localOnly(withIssuer('https://login.example.com'))).toBeUndefined();
  expect(localOnly(parseConfig({}))).toBeUndefined();
});

test('the access log has what is needed to follow a request, and nothing that a caller keeps secret', () => {
  const formats = [gate, distribution].flatMap((template) =>
    ofType(template, 'AWS::ApiGatewayV2::Stage').map(({ AccessLogSettings }) =>
      Object.values(JSON.parse(Object(AccessLogSettings).Format)).sort(),
    ),
  );
  expect(formats).toHaveLength(3);
  for (const format of formats)
    expect(format).toEqual([
      '$context.identity.sourceIp',
      '$context.identity.userAgent',
      '$context.integrationErrorMessage',
      '$context.requestId',
      '$context.requestTime',
      '$context.responseLatency',
      '$context.responseLength',
      '$context.routeKey',
      '$context.status',
    ]);
});

test('what rotates a secret may use the key of the stack, if there is one', () => {
  const own = gateTemplate({ customerKey: true });
  for (const role of ['JiraWebhookRotationRotateRole', 'ReleaseApisRotationRotateRole'])
    expect(permissions(own, role)).toContain('Allow kms:Decrypt kms:Encrypt kms:GenerateDataKey on <CustomerKey.Arn>');
  for (const { KmsKeyId } of ofType(own, 'AWS::SecretsManager::Secret'))
    expect(readable(KmsKeyId)).toMatch(/^<CustomerKey/);
});
