import { randomUUID } from 'node:crypto';
import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { LocalRuntime } from '../../support/local-runtime.ts';
import { signedPost } from '../../support/signed-fetch.ts';
import { operationRuns } from './operation-runs.ts';
import type { Run } from './run.ts';

const STACK = 'storygate-dev-release-gate';

/** What a person does who has assumed the user role of release gates: everything that the role claims to be for. */
export async function personRuns(local: LocalRuntime): Promise<Run[]> {
  const outputs = await local.outputs(STACK);
  const client = { ...local.client, credentials: await assumed(local, outputs['UserRoleArn'] ?? '') };
  const [bucket = '', machine = ''] = [outputs['S3BucketName'], outputs['StateMachineArn']];
  const [s3, sfn, logs] = [new S3Client(client), new SFNClient(client), new CloudWatchLogsClient(client)];
  const start = async () => {
    const input = JSON.stringify({ bucket, key: 'inputs/by-hand.json' });
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn: machine, input }));
    return executionArn;
  };
  const executionArn = await startAsAdmin(local, machine);
  const file = { Bucket: bucket, Key: 'inputs/person.txt' };
  const { VersionId } = await new S3Client(local.client).send(new PutObjectCommand({ ...file, Body: 'x' }));
  const groups = await logGroups(local);
  return [
    { name: 'a person drops a file', act: () => done(s3.send(new PutObjectCommand({ ...file, Body: 'y' }))) },
    { name: 'a person starts a gate', act: () => done(start()) },
    { name: 'a person starts a gate over HTTP', act: () => startOverHttp(outputs['StartApiEndpoint'] ?? '', client) },
    {
      name: 'a person lists executions',
      act: () => done(sfn.send(new ListExecutionsCommand({ stateMachineArn: machine }))),
    },
    {
      name: 'a person looks at the state machine',
      act: () => done(sfn.send(new DescribeStateMachineCommand({ stateMachineArn: machine }))),
    },
    {
      name: 'a person looks at an execution',
      act: () => done(sfn.send(new DescribeExecutionCommand({ executionArn }))),
    },
    {
      name: 'a person reads a history',
      act: () => done(sfn.send(new GetExecutionHistoryCommand({ executionArn }))),
    },
    {
      name: 'a person looks up the outputs of the stack',
      act: () => done(new CloudFormationClient(client).send(new DescribeStacksCommand({ StackName: STACK }))),
    },
    { name: 'a person lists files', act: () => done(s3.send(new ListObjectsV2Command({ Bucket: bucket }))) },
    { name: 'a person reads a file', act: () => done(s3.send(new GetObjectCommand(file))) },
    {
      name: 'a person reads an older version of a file',
      act: () => done(s3.send(new GetObjectCommand({ ...file, VersionId }))),
    },
    ...(await operationRuns(local, client.credentials)),
    ...groups.map((group) => ({ name: `a person reads ${group}`, act: () => readLog(logs, group) })),
  ];
}

async function done(call: Promise<unknown>): Promise<void> {
  await call;
}

async function assumed({ client }: LocalRuntime, RoleArn: string) {
  const { Credentials } = await new STSClient(client).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'ada' }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

async function startAsAdmin({ client }: LocalRuntime, stateMachineArn: string): Promise<string> {
  const { executionArn = '' } = await new SFNClient(client).send(
    new StartExecutionCommand({ stateMachineArn, input: '{}' }),
  );
  return executionArn;
}

async function startOverHttp(url: string, client: Parameters<typeof signedPost>[2]): Promise<void> {
  const response = await signedPost(url, { key: `inputs/${randomUUID()}.json` }, client);
  if (response.status !== 202) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}

async function logGroups({ client }: LocalRuntime): Promise<string[]> {
  const { StackResourceSummaries = [] } = await new CloudFormationClient(client).send(
    new ListStackResourcesCommand({ StackName: STACK }),
  );
  const groups = StackResourceSummaries.filter(({ ResourceType }) => ResourceType === 'AWS::Logs::LogGroup');
  const names = groups.map(({ PhysicalResourceId = '' }) => PhysicalResourceId);
  const admin = new CloudWatchLogsClient(client);
  for (const logGroupName of names)
    await admin.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'one' }));
  return names;
}

async function readLog(logs: CloudWatchLogsClient, logGroupName: string): Promise<void> {
  await logs.send(new DescribeLogStreamsCommand({ logGroupName }));
  await logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: 'one' }));
  await logs.send(new FilterLogEventsCommand({ logGroupName }));
}
