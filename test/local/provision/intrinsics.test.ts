// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of templates and policies look like that
import { describe, expect, test } from '@jest/globals';
import { templateSchema } from '../../../local/assembly/template.ts';
import { resolveDynamicReferences } from '../../../local/provision/dynamic-references.ts';
import { resolve } from '../../../local/provision/intrinsics.ts';
import type { Scope } from '../../../local/provision/scope.ts';

const scope: Scope = {
  template: templateSchema.parse({
    Mappings: { Sizes: { dev: { memory: 256 } } },
    Conditions: {
      IsDev: { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] },
      IsProd: { 'Fn::Not': [{ Condition: 'IsDev' }] },
      Both: { 'Fn::And': [{ Condition: 'IsDev' }, { Condition: 'IsProd' }] },
      Either: { 'Fn::Or': [{ Condition: 'IsDev' }, { Condition: 'IsProd' }] },
    },
    Resources: { Queue: { Type: 'AWS::SQS::Queue' } },
  }),
  stackName: 'shop-dev',
  stackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/shop-dev/1',
  parameters: new Map<string, string | string[]>([
    ['Stage', 'dev'],
    ['Zones', ['a', 'b']],
  ]),
  resources: new Map([['Queue', { id: 'http://127.0.0.1/q', attributes: { Arn: 'arn:aws:sqs:::q', QueueName: 'q' } }]]),
  exports: new Map([['shared-Topic', 'arn:aws:sns:::t']]),
};

describe('intrinsic functions', () => {
  test.each<[unknown, unknown]>([
    [{ Ref: 'Queue' }, 'http://127.0.0.1/q'],
    [{ Ref: 'Stage' }, 'dev'],
    [{ Ref: 'Zones' }, ['a', 'b']],
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [{ Ref: 'AWS::AccountId' }, '000000000000'],
    [{ Ref: 'AWS::Partition' }, 'aws'],
    [{ Ref: 'AWS::StackName' }, 'shop-dev'],
    [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:::q'],
    [{ 'Fn::GetAtt': 'Queue.Arn' }, 'arn:aws:sqs:::q'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, 3]] }, 'a-dev-3'],
    [{ 'Fn::Join': ['', { Ref: 'Zones' }] }, 'ab'],
    [{ 'Fn::Sub': '${AWS::Region}/${Queue.QueueName}/${Stage}/${!Kept}' }, 'us-east-1/q/dev/${Kept}'],
    [{ 'Fn::Sub': ['${Own}-${Stage}', { Own: { Ref: 'AWS::Region' } }] }, 'us-east-1-dev'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': [':', 'x:y:z'] }] }, 'y'],
    [{ 'Fn::Select': [0, { Ref: 'Zones' }] }, 'a'],
    [{ 'Fn::If': ['IsDev', 'yes', { Ref: 'Missing' }] }, 'yes'],
    [{ 'Fn::If': ['Both', 'yes', 'no'] }, 'no'],
    [{ 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
    [{ 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'memory'] }, 256],
    [{ 'Fn::ImportValue': 'shared-Topic' }, 'arn:aws:sns:::t'],
    [{ 'Fn::Base64': 'hi' }, 'aGk='],
    [{ A: { Ref: 'AWS::NoValue' }, B: [1, { 'Fn::If': ['IsProd', 2, { Ref: 'AWS::NoValue' }] }] }, { B: [1] }],
    [{ Ref: 'AWS::NoValue' }, undefined],
  ])('%j', (expression, expected) => {
    expect(resolve(expression, scope)).toEqual(expected);
  });

  test.each<[unknown, string]>([
    [{ Ref: 'Missing' }, 'Ref: there is no resource or parameter Missing'],
    [{ 'Fn::GetAtt': ['Queue', 'Url'] }, 'Fn::GetAtt: Queue (AWS::SQS::Queue) has no attribute Url here'],
    [{ 'Fn::Select': [2, ['a']] }, 'Fn::Select cannot select nonexistent value at index 2 of 1'],
    [{ 'Fn::If': ['Nope', 1, 2] }, 'there is no condition Nope'],
    [{ 'Fn::ImportValue': 'x' }, 'Fn::ImportValue: no stack exports x'],
    [{ 'Fn::FindInMap': ['Sizes', 'prod', 'memory'] }, 'Fn::FindInMap: there is no Sizes.prod.memory'],
    [{ 'Fn::Transform': {} }, 'Fn::Transform is not supported; add it to local/provision/intrinsics.ts'],
  ])('%j fails', (expression, problem) => {
    expect(() => resolve(expression, scope)).toThrow(problem);
  });
});

describe('dynamic references', () => {
  const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:tokens-AbCdEf';
  const secret = (id: string) => {
    if (id === ARN || id === 'tokens') return '{"token":"s3cret","n":5}';
    throw new Error(`no secret ${id}`);
  };

  test.each<[string, string]>([
    [`Bearer {{resolve:secretsmanager:${ARN}:SecretString:token::}}`, 'Bearer s3cret'],
    ['{{resolve:secretsmanager:tokens:SecretString:n}}', '5'],
    ['{{resolve:secretsmanager:tokens}}', '{"token":"s3cret","n":5}'],
    ['{{resolve:secretsmanager:tokens:SecretString:token:AWSCURRENT}}!', 's3cret!'],
    ['{{other}}', '{{other}}'],
  ])('%s', (text, expected) => {
    expect(resolveDynamicReferences({ a: [text] }, secret)).toEqual({ a: [expected] });
  });

  test('a key that is not there is named, the secret is not shown', () => {
    const resolveMissing = () => resolveDynamicReferences('{{resolve:secretsmanager:tokens:SecretString:x}}', secret);
    expect(resolveMissing).toThrow('Could not find a value associated with JSONKey in SecretString');
    expect(resolveMissing).not.toThrow('s3cret');
  });

  test('other services are refused', () => {
    expect(() => resolveDynamicReferences('{{resolve:ssm:/a}}', secret)).toThrow('only secretsmanager');
  });
});
