import { expect, test } from '@jest/globals';
import { logGroupOf } from '../../cli/executions/function-logs.ts';

const resource = (ResourceType: string, PhysicalResourceId: string) => ({ ResourceType, PhysicalResourceId });

/** Of an app that the configuration calls `payments`. */
const RESOURCES = [
  resource('AWS::Lambda::Function', 'payments-prod-relay'),
  resource('AWS::Logs::LogGroup', '/aws/vendedlogs/states/payments-prod-relay'),
  resource('AWS::Logs::LogGroup', '/aws/lambda/payments-prod-outputs'),
  resource('AWS::Logs::LogGroup', '/aws/lambda/payments-prod-relay'),
];

test('a function logs where its stack says, whatever the app is called', () => {
  expect(logGroupOf(RESOURCES, 'relay')).toBe('/aws/lambda/payments-prod-relay');
  expect(logGroupOf(RESOURCES, 'outputs')).toBe('/aws/lambda/payments-prod-outputs');
  expect(logGroupOf(RESOURCES, 'jira-webhook')).toBeUndefined();
});
