// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of templates and policies look like that
import { describe, expect, test } from '@jest/globals';
import type { AssemblyStack } from '../../../local/assembly/assembly.ts';
import { templateSchema } from '../../../local/assembly/template.ts';
import { provision } from '../../../local/provision/provisioner.ts';
import { recordingModules } from './recording-modules.ts';

function stack(name: string, template: object): AssemblyStack {
  return {
    name,
    templateFile: `${name}.template.json`,
    template: templateSchema.parse({ Resources: {}, ...template }),
    assets: undefined,
    dependencies: [],
    parameters: {},
    tags: { stage: 'dev' },
  };
}

function run(recorder: ReturnType<typeof recordingModules>, ...stacks: AssemblyStack[]) {
  return provision({ directory: '/', stacks }, recorder.modules);
}

const role = (service: string, policies: object[] = []) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: 'machine',
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
    Policies: policies.map((statement, index) => ({
      PolicyName: `p${index}`,
      PolicyDocument: { Version: '2012-10-17', Statement: [statement] },
    })),
  },
});

describe('provisioning', () => {
  test('makes resources in order, resolves what refers to them, and tells outputs', async () => {
    const recorder = recordingModules();
    const [shop] = await run(
      recorder,
      stack('shop-dev', {
        Description: 'A shop',
        Resources: {
          Queue: {
            Type: 'AWS::SQS::Queue',
            Properties: {
              QueueName: 'orders',
              VisibilityTimeout: '60',
              RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 3 },
            },
          },
          Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'orders-dlq', SqsManagedSseEnabled: true } },
          Metadata: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'v2' } },
        },
        Outputs: { Url: { Value: { Ref: 'Queue' }, Description: 'orders', Export: { Name: 'shop-orders' } } },
      }),
    );
    expect(recorder.callsOf('queues.put')).toEqual([
      [{ name: 'orders-dlq', attributes: {}, tags: { stage: 'dev' } }],
      [
        {
          name: 'orders',
          attributes: {
            VisibilityTimeout: '60',
            RedrivePolicy:
              '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:orders-dlq","maxReceiveCount":3}',
          },
          tags: { stage: 'dev' },
        },
      ],
    ]);
    expect(shop).toMatchObject({
      name: 'shop-dev',
      id: expect.stringMatching(/^arn:aws:cloudformation:us-east-1:000000000000:stack\/shop-dev\/[0-9a-f-]{36}$/),
      description: 'A shop',
      outputs: [
        {
          key: 'Url',
          value: 'http://127.0.0.1:4566/000000000000/orders',
          description: 'orders',
          exportName: 'shop-orders',
        },
      ],
      tags: { stage: 'dev' },
    });
    expect(shop?.resources.map(({ logicalId, type }) => `${logicalId} ${type}`)).toEqual([
      'Dead AWS::SQS::Queue',
      'Queue AWS::SQS::Queue',
      'Metadata AWS::CDK::Metadata',
    ]);
  });

  test('the same template again asks for the same again', async () => {
    const recorder = recordingModules();
    const template = stack('s', { Resources: { Q: { Type: 'AWS::SQS::Queue' }, T: { Type: 'AWS::SNS::Topic' } } });
    const first = await run(recorder, template);
    const asked = recorder.calls.splice(0);
    expect(await run(recorder, template)).toEqual(first);
    expect(recorder.calls).toEqual(asked);
  });

  test('a stack sees what an earlier one exports', async () => {
    const recorder = recordingModules();
    const exporting = stack('a', { Outputs: { Name: { Value: 'shared', Export: { Name: 'the-name' } } } });
    const importing = stack('b', {
      Resources: { Q: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::ImportValue': 'the-name' } } } },
    });
    await run(recorder, exporting, importing);
    expect(recorder.callsOf('queues.put')).toMatchObject([[{ name: 'shared' }]]);
  });

  test('resources and outputs whose condition does not hold are left out', async () => {
    const recorder = recordingModules();
    const [only] = await run(
      recorder,
      stack('s', {
        Parameters: { Stage: { Type: 'String', Default: 'dev' } },
        Conditions: { Prod: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
        Resources: { Q: { Type: 'AWS::SQS::Queue', Condition: 'Prod' } },
        Outputs: { Url: { Value: { Ref: 'Q' }, Condition: 'Prod' } },
      }),
    );
    expect(only).toMatchObject({ resources: [], outputs: [], parameters: [{ key: 'Stage', value: 'dev' }] });
  });

  test('a connection gets what its dynamic reference stands for', async () => {
    const recorder = recordingModules();
    await run(
      recorder,
      stack('s', {
        Resources: {
          Connection: {
            Type: 'AWS::Events::Connection',
            Properties: {
              Name: 'api',
              AuthorizationType: 'API_KEY',
              AuthParameters: {
                ApiKeyAuthParameters: {
                  ApiKeyName: 'Authorization',
                  ApiKeyValue: {
                    'Fn::Join': [
                      '',
                      ['Bearer {{resolve:secretsmanager:', { Ref: 'Secret' }, ':SecretString:token::}}'],
                    ],
                  },
                },
              },
            },
          },
          Secret: {
            Type: 'AWS::SecretsManager::Secret',
            Properties: {
              GenerateSecretString: {
                SecretStringTemplate: '{}',
                GenerateStringKey: 'token',
                PasswordLength: 20,
                ExcludePunctuation: true,
              },
            },
          },
        },
      }),
    );
    expect(recorder.callsOf('events.putConnection')).toEqual([
      [
        {
          name: 'api',
          authorizationType: 'API_KEY',
          parameters: {
            ApiKeyAuthParameters: {
              ApiKeyName: 'Authorization',
              ApiKeyValue: expect.stringMatching(/^Bearer [A-Za-z0-9]{20}$/),
            },
          },
        },
      ],
    ]);
  });

  test('the provider of a custom resource that is not needed here is not made', async () => {
    const recorder = recordingModules();
    const [only] = await run(
      recorder,
      stack('s', {
        Resources: {
          Empty: {
            Type: 'Custom::S3AutoDeleteObjects',
            Properties: { ServiceToken: { 'Fn::GetAtt': ['Provider', 'Arn'] }, BucketName: 'b' },
          },
          Provider: { Type: 'AWS::Lambda::Function', Properties: { Runtime: 'python3.13' } },
        },
      }),
    );
    expect(only?.resources).toHaveLength(2);
    expect(recorder.calls).toEqual([]);
  });
});

describe('a template that cannot be provisioned is one line', () => {
  const failure = async (resources: object) => run(recordingModules(), stack('s', { Resources: resources }));

  test('an unknown type', async () => {
    await expect(failure({ Cache: { Type: 'AWS::ElastiCache::CacheCluster' } })).rejects.toThrow(
      's/Cache (AWS::ElastiCache::CacheCluster): this resource type is not supported; add local/provision/resources/elasticache-cache-cluster.ts',
    );
  });

  test('an unknown property', async () => {
    const queue = { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeOut: 30 } };
    await expect(failure({ Queue: queue })).rejects.toThrow(
      's/Queue (AWS::SQS::Queue): VisibilityTimeOut is not supported here; add it to local/provision/resources/sqs-queue.ts',
    );
  });

  test('a property of the wrong kind', async () => {
    const queue = { Type: 'AWS::SQS::Queue', Properties: { Tags: [{ Key: 1, Value: 'x' }] } };
    await expect(failure({ Queue: queue })).rejects.toThrow(/^s\/Queue \(AWS::SQS::Queue\): Tags\[0\]\.Key: .*string/);
  });

  test('a reference to nothing', async () => {
    const queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Name' } } };
    await expect(failure({ Queue: queue })).rejects.toThrow('s/Queue (AWS::SQS::Queue): Ref: there is no');
  });
});

describe('a state machine', () => {
  const machine = (properties: object = {}) => ({
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: {
      StateMachineName: 'gate',
      RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
      DefinitionString: '{"Resource":"${FunctionArn}"}',
      DefinitionSubstitutions: { FunctionArn: 'arn:aws:lambda:::function:f' },
      ...properties,
    },
  });
  const logging = {
    LoggingConfiguration: {
      Level: 'ALL',
      Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:g:*' } }],
    },
  };

  test('gets its definition with the placeholders replaced, and its log', async () => {
    const recorder = recordingModules();
    const Role = role('states.amazonaws.com');
    await run(recorder, stack('s', { Resources: { Machine: machine(logging), Role } }));
    expect(recorder.callsOf('stepFunctions.putStateMachine')).toEqual([
      [
        {
          name: 'gate',
          definition: '{"Resource":"arn:aws:lambda:::function:f"}',
          roleArn: 'arn:aws:iam::000000000000:role/machine',
          type: 'STANDARD',
          loggingConfiguration: {
            level: 'ALL',
            includeExecutionData: false,
            destinations: [
              { cloudWatchLogsLogGroup: { logGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:g:*' } },
            ],
          },
          tags: { stage: 'dev' },
        },
      ],
    ]);
  });

  test('whose role does not trust Step Functions fails as on AWS', async () => {
    const Role = role('lambda.amazonaws.com');
    await expect(run(recordingModules(), stack('s', { Resources: { Machine: machine(), Role } }))).rejects.toThrow(
      'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role arn:aws:iam::000000000000:role/machine',
    );
  });

  test('with a placeholder that nothing replaces', async () => {
    const Role = role('states.amazonaws.com');
    const Machine = machine({ DefinitionSubstitutions: {} });
    await expect(run(recordingModules(), stack('s', { Resources: { Machine, Role } }))).rejects.toThrow(
      's/Machine (AWS::StepFunctions::StateMachine): DefinitionSubstitutions has nothing for ${FunctionArn} of the definition',
    );
  });

  test('version and alias follow it', async () => {
    const recorder = recordingModules();
    await run(
      recorder,
      stack('s', {
        Resources: {
          Live: {
            Type: 'AWS::StepFunctions::StateMachineAlias',
            Properties: {
              Name: 'live',
              RoutingConfiguration: [{ StateMachineVersionArn: { Ref: 'Version' }, Weight: 100 }],
            },
          },
          Version: {
            Type: 'AWS::StepFunctions::StateMachineVersion',
            Properties: {
              StateMachineArn: { Ref: 'Machine' },
              StateMachineRevisionId: { 'Fn::GetAtt': ['Machine', 'StateMachineRevisionId'] },
            },
          },
          Machine: machine(),
          Role: role('states.amazonaws.com'),
        },
      }),
    );
    const machineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:gate';
    expect(recorder.callsOf('stepFunctions.putAlias')).toEqual([
      [{ name: 'live', stateMachineArn: machineArn, routing: [{ versionArn: `${machineArn}:1`, weight: 100 }] }],
    ]);
  });
});
