import { expect, test } from '@jest/globals';
import { integrationOf } from '../../../local/step-functions/integrations/catalogue.ts';

test.each([
  'arn:aws:states:::lambda:invoke',
  'arn:aws:states:::lambda:invoke.waitForTaskToken',
  'arn:aws:states:::http:invoke',
  'arn:aws:states:::dynamodb:putItem',
  'arn:aws:states:::states:startExecution.sync:2',
  'arn:aws:states:::aws-sdk:s3:getObject',
  'arn:aws:states:::aws-sdk:sfn:startExecution',
  'arn:aws:states:::aws-sdk:cloudwatchlogs:putLogEvents.waitForTaskToken',
  'arn:aws:lambda:us-east-1:000000000000:function:hello:live',
])('%s is an integration', (resource) => {
  expect(integrationOf(resource)).toBeDefined();
});

test.each([
  'arn:aws:states:::dynamodb:putItem.waitForTaskToken',
  'arn:aws:states:::http:invoke.waitForTaskToken',
  'arn:aws:states:::glue:startJobRun.sync:2',
  'arn:aws:states:::lambda:invoke.sync',
  'arn:aws:states:::lambda:Invoke',
  'arn:aws:states:::aws-sdk:s3:GetObject',
  'arn:aws:states:::aws-sdk:s3:getObject.sync',
  'arn:aws:states:::aws-sdk:s3',
  'arn:aws:states:::aws-sdk:apigatewaymanagementapi:postToConnection',
  'arn:aws:states:::lambda:invoke:more',
])('%s is none', (resource) => {
  expect(integrationOf(resource)).toBeUndefined();
});
