import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListExportsCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway, temporaryDirectory } from '../gateway/running-gateway.ts';

const directory = temporaryDirectory();
const templateFile = join(directory.path, 'gate.template.json');
const StackName = 'gate';
let local: RunningGateway;
let client: CloudFormationClient;

beforeAll(async () => {
  writeFileSync(templateFile, '{"Resources":{}}');
  local = await runGateway({
    stacks: [
      {
        name: StackName,
        id: 'arn:aws:cloudformation:us-east-1:000000000000:stack/gate/1',
        outputs: [{ key: 'BucketName', value: 'files & more', exportName: 'gate-bucket' }],
        resources: [{ logicalId: 'Files', physicalId: 'files', type: 'AWS::S3::Bucket' }],
        parameters: [{ key: 'Stage', value: 'dev' }],
        tags: { team: 'blue' },
        templateFile,
      },
    ],
  });
  client = new CloudFormationClient(clientConfig(local.gateway));
});
afterAll(async () => {
  client.destroy();
  await local.close();
  directory.remove();
});

test('a stack is described with its outputs', async () => {
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
  expect(Stacks).toMatchObject([
    {
      StackName,
      StackStatus: 'CREATE_COMPLETE',
      CreationTime: new Date(1_700_000_000_000),
      Outputs: [{ OutputKey: 'BucketName', OutputValue: 'files & more', ExportName: 'gate-bucket' }],
      Parameters: [{ ParameterKey: 'Stage', ParameterValue: 'dev' }],
      Tags: [{ Key: 'team', Value: 'blue' }],
    },
  ]);
  const { StackSummaries } = await client.send(new ListStacksCommand({}));
  expect(StackSummaries).toMatchObject([{ StackName }]);
});

test('its resources, exports and template are told', async () => {
  const resource = { LogicalResourceId: 'Files', PhysicalResourceId: 'files', ResourceType: 'AWS::S3::Bucket' };
  const described = await client.send(new DescribeStackResourcesCommand({ StackName }));
  expect(described.StackResources).toMatchObject([resource]);
  const listed = await client.send(new ListStackResourcesCommand({ StackName }));
  expect(listed.StackResourceSummaries).toMatchObject([resource]);
  expect((await client.send(new ListExportsCommand({}))).Exports).toMatchObject([
    { Name: 'gate-bucket', Value: 'files & more' },
  ]);
  expect((await client.send(new GetTemplateCommand({ StackName }))).TemplateBody).toBe('{"Resources":{}}');
});

test('a stack that is not loaded is named', async () => {
  await expect(client.send(new DescribeStacksCommand({ StackName: 'other' }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack with id other does not exist',
  });
});
