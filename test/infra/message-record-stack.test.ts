import { beforeAll, expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { MessageRecordStack } from '../../infra/message-record-stack.ts';
import { permissions, readable, resources, stackTemplate } from './gate-template.ts';

let template: Template;
beforeAll(() => {
  template = stackTemplate(MessageRecordStack);
});

test('the resources have the names that they were given', () => {
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', { StateMachineName: 'awsdemostatemachine' });
  template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'step-function-demo-hello-world' });
  template.hasResourceProperties('AWS::DynamoDB::Table', {
    TableName: 'awsdemoddb',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    SSESpecification: { SSEEnabled: true },
  });
  expect(readable(template.toJSON()['Outputs'])).toEqual({
    StateMachineArn: expect.objectContaining({ Value: '<MessageRecordLive.Arn>' }),
    TableName: expect.objectContaining({ Value: '<Messages>' }),
  });
});

/** Of the types in this stack, those to which CloudFormation knows no tags. */
const WITHOUT_TAGS = [
  'AWS::IAM::Policy',
  'AWS::StepFunctions::StateMachineVersion',
  'AWS::StepFunctions::StateMachineAlias',
];

test('everything that can be tagged is tagged with its story', () => {
  const taggable = resources(template).filter(({ type }) => !WITHOUT_TAGS.includes(type));
  expect(taggable.map(({ type }) => type).sort()).toEqual(
    expect.arrayContaining(['AWS::DynamoDB::Table', 'AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine']),
  );
  for (const { properties } of taggable)
    expect(properties['Tags']).toEqual(expect.arrayContaining([{ Key: 'JiraId', Value: 'AWS-10' }]));
});

test('the state machine may call its function and write its table', () => {
  const lines = permissions(template, 'MessageRecordRole').filter((line) => !/ (logs|xray):/.test(line));
  expect(lines).toEqual([
    'Allow lambda:InvokeFunction on <HelloWorldFunction.Arn>',
    'Allow dynamodb:PutItem on <Messages.Arn>',
  ]);
});
