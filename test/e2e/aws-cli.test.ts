import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { type LocalRuntime, startLocalRuntime } from '../support/local-runtime.ts';
import { AwsCli, unusableCli } from './aws-cli.ts';
import { Gate } from './gate.ts';

jest.setTimeout(120_000); // each command is a start of Python, which takes a second of a core

const unusable = unusableCli();
const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:storygate-dev-release-gate';

(unusable ? describe.skip : describe)(`a session with the AWS CLI${unusable ? ` (skipped: ${unusable})` : ''}`, () => {
  let runtime: LocalRuntime;
  let gate: Gate;
  let aws: AwsCli;
  let approved: { arn: string; name: string };
  const directory = mkdtempSync(join(tmpdir(), 'storygate-'));
  let rejected: { arn: string; name: string };

  beforeAll(async () => {
    runtime = await startLocalRuntime();
    gate = await Gate.of(runtime);
    aws = new AwsCli(runtime);
  });
  afterAll(async () => {
    await runtime?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test('s3 cp into inputs/ starts a gate; start-execution starts another', async () => {
    const byHand = JSON.stringify({ bucket: gate.bucket, key: 'inputs/by-hand.txt' });
    const [copied, put] = await Promise.all([
      aws.text('s3 cp examples/workflow-input.json', `s3://${gate.bucket}/inputs/mine.json`, '--no-progress'),
      aws.json('s3api put-object --body examples/workflow-input.json --key inputs/by-hand.txt --bucket', gate.bucket),
    ]);
    expect(copied).toBe(`upload: examples/workflow-input.json to s3://${gate.bucket}/inputs/mine.json`);
    expect(put).toMatchObject({ ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/), VersionId: expect.any(String) });
    const started = await aws.json(
      'stepfunctions start-execution --name by-hand --state-machine-arn',
      gate.output('StateMachineArn'),
      '--input',
      byHand,
    );
    expect(started).toEqual({
      executionArn: 'arn:aws:states:us-east-1:000000000000:execution:storygate-dev-release-gate:by-hand',
      startDate: expect.any(Number),
    });
    rejected = { arn: started.executionArn, name: 'by-hand' };
    const executions = await eventually('two executions', async () => {
      const found = await gate.executions();
      return found.length === 2 ? found : undefined;
    });
    const uploaded = executions.find(({ name }) => name !== 'by-hand');
    approved = { arn: uploaded?.executionArn ?? '', name: uploaded?.name ?? '' };
    await Promise.all([gate.waiting(approved.arn), gate.waiting(rejected.arn)]);
  });

  test('shows what waits', async () => {
    const [running, described, machines, aliased, scanned, queue] = await Promise.all([
      aws.json('stepfunctions list-executions --status-filter RUNNING --state-machine-arn', machine),
      aws.json('stepfunctions describe-execution --execution-arn', approved.arn),
      aws.json('stepfunctions list-state-machines'),
      aws.json('stepfunctions describe-state-machine --state-machine-arn', gate.output('StateMachineArn')),
      aws.json('dynamodb scan --table-name', gate.output('WaitsTableName')),
      aws.json('sqs get-queue-attributes --attribute-names All --queue-url', gate.output('CallbackQueueUrl')),
    ]);
    expect(running.executions.map(({ name }: { name: string }) => name).sort()).toEqual(
      [approved.name, 'by-hand'].sort(),
    );
    expect(described).toMatchObject({ status: 'RUNNING', name: approved.name, stateMachineArn: machine });
    expect(JSON.parse(described.input)).toMatchObject({ bucket: gate.bucket, key: 'inputs/mine.json' });
    expect(machines.stateMachines).toContainEqual(
      expect.objectContaining({ name: 'storygate-dev-release-gate', type: 'STANDARD', stateMachineArn: machine }),
    );
    expect(aliased).toMatchObject({ name: 'storygate-dev-release-gate', status: 'ACTIVE', type: 'STANDARD' });
    expect(scanned.Count).toBe(scanned.Items.length);
    const wait = scanned.Items.find(({ recordId }: { recordId: { S: string } }) => recordId.S === 'WAIT#by-hand');
    expect(wait).toMatchObject({ jiraStoryId: { S: 'PROJ-12345' }, status: { S: 'WAITING' } });
    expect(queue.Attributes).toMatchObject({
      QueueArn: 'arn:aws:sqs:us-east-1:000000000000:storygate-dev-callbacks',
      ApproximateNumberOfMessages: '0',
    });
  });

  test('dynamodb get-item reads one wait', async () => {
    const key = { jiraStoryId: { S: 'PROJ-12345' }, recordId: { S: 'WAIT#by-hand' } };
    const table = gate.output('WaitsTableName');
    const [found, none] = await Promise.all([
      aws.json('dynamodb get-item --table-name', table, '--key', JSON.stringify(key)),
      aws.text(
        'dynamodb get-item --table-name',
        table,
        '--key',
        JSON.stringify({ ...key, recordId: { S: 'WAIT#no' } }),
      ),
    ]);
    expect(found.Item).toMatchObject({ executionName: { S: 'by-hand' } });
    expect(none).toBe('');
  });

  test('rejection by curl fails one, success releases the other', async () => {
    const secret: { current: string } = JSON.parse(
      await aws.text(
        'secretsmanager get-secret-value --query SecretString --output text --secret-id',
        gate.output('WebhookSecretArn'),
      ),
    );
    const post = async (body: object, token = secret.current) => {
      const response = await fetch(gate.output('CallbackApiEndpoint'), {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: await response.json() };
    };
    await aws.text(
      'stepfunctions stop-execution --error Stopped --cause by-the-operator --execution-arn',
      rejected.arn,
    );
    expect(await post({ jiraStoryId: 'PROJ-12345', status: 'success', message: 'x' }, 'wrong')).toMatchObject({
      status: 401,
    });
    const answer = await post({ jiraStoryId: 'PROJ-12345', status: 'success', message: 'ship it' });
    expect(answer).toMatchObject({ status: 202, body: { callbackId: expect.any(String) } });
    expect((await gate.ended(approved.arn)).status).toBe('SUCCEEDED');

    const refused = await gate.startBy({ jiraStoryId: 'CLI-2', packageIds: ['pkg-001'] });
    await gate.waiting(refused.arn);
    await post({ jiraStoryId: 'CLI-2', status: 'failure', message: 'not today' });
    expect((await gate.ended(refused.arn)).status).toBe('FAILED');
  });

  test('shows how it ended', async () => {
    const [stopped, history, listed, result, missing] = await Promise.all([
      aws.json('stepfunctions describe-execution --execution-arn', rejected.arn),
      aws.json('stepfunctions get-execution-history --execution-arn', approved.arn),
      aws.text('s3 ls --recursive', `s3://${gate.bucket}/outputs/`),
      aws.text('s3 cp', `s3://${gate.bucket}/outputs/${approved.name}/result.json`, '-'),
      aws.failure('s3 cp', `s3://${gate.bucket}/outputs/nothing.json`, '-'),
    ]);
    expect(stopped).toMatchObject({ status: 'ABORTED', error: 'Stopped', cause: 'by-the-operator' });
    expect(history.events[0]).toMatchObject({ id: 1, type: 'ExecutionStarted', previousEventId: 0 });
    expect(history.events.at(-1)).toMatchObject({ type: 'ExecutionSucceeded' });
    expect(listed).toMatch(
      new RegExp(`^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d +\\d+ outputs/${approved.name}/result.json$`),
    );
    expect(JSON.parse(result)).toMatchObject({ callback: { message: 'ship it' } });
    expect(missing).toContain('(404)');
  });

  test('logs of functions and of the state machine', async () => {
    const group = '/aws/lambda/storygate-dev-start-workflow';
    const [groups, streams, filtered, vended] = await Promise.all([
      aws.json('logs describe-log-groups --log-group-name-prefix', group),
      aws.json('logs describe-log-streams --log-group-name', group),
      aws.json('logs filter-log-events --filter-pattern REPORT --log-group-name', group),
      aws.json('logs filter-log-events --log-group-name /aws/vendedlogs/states/storygate-dev-release-gate'),
    ]);
    expect(groups.logGroups).toMatchObject([{ logGroupName: group, retentionInDays: expect.any(Number) }]);
    expect(filtered.events[0].message).toMatch(/^REPORT RequestId: [0-9a-f-]{36}\tDuration: /);
    expect(vended.events.length).toBeGreaterThan(0);
    const stream = streams.logStreams[0].logStreamName;
    const read = await aws.json(
      'logs get-log-events --start-from-head --log-group-name',
      group,
      '--log-stream-name',
      stream,
    );
    expect(read.events.map(({ message }: { message: string }) => message.split(' ')[0])).toContain('START');
  });

  test('what the stacks are', async () => {
    const [described, listed, resources, identity, unknown] = await Promise.all([
      aws.json('cloudformation describe-stacks --stack-name storygate-dev-release-gate'),
      aws.json('cloudformation list-stacks'),
      aws.json('cloudformation list-stack-resources --stack-name storygate-dev-release-gate'),
      aws.json('sts get-caller-identity'),
      aws.failure('cloudformation describe-stacks --stack-name nothing'),
    ]);
    const outputs = described.Stacks[0].Outputs.map(({ OutputKey }: { OutputKey: string }) => OutputKey);
    expect(outputs).toEqual(expect.arrayContaining(['CallbackApiEndpoint', 'S3BucketName', 'StateMachineArn']));
    expect(described.Stacks[0]).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
    expect(listed.StackSummaries).toContainEqual(expect.objectContaining({ StackName: 'storygate-dev-release-gate' }));
    expect(resources.StackResourceSummaries).toContainEqual(
      expect.objectContaining({ ResourceType: 'AWS::StepFunctions::StateMachine' }),
    );
    expect(identity).toEqual({
      UserId: expect.any(String),
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:user/local-admin',
    });
    expect(unknown).toContain('ValidationError');
    expect(unknown).toContain('Stack with id nothing does not exist');
  });

  test('versions and aliases of the state machine', async () => {
    const alias = gate.output('StateMachineArn');
    const [versions, aliases, described] = await Promise.all([
      aws.json('stepfunctions list-state-machine-versions --state-machine-arn', machine),
      aws.json('stepfunctions list-state-machine-aliases --state-machine-arn', machine),
      aws.json('stepfunctions describe-state-machine-alias --state-machine-alias-arn', alias),
    ]);
    const version = versions.stateMachineVersions[0].stateMachineVersionArn;
    expect(version).toBe(`${machine}:1`);
    expect(aliases.stateMachineAliases).toMatchObject([{ stateMachineAliasArn: alias }]);
    expect(described).toMatchObject({
      name: 'live',
      routingConfiguration: [{ stateMachineVersionArn: version, weight: 100 }],
    });
  });

  test('sqs send, receive, purge', async () => {
    const url = gate.output('CallbackDlqUrl');
    await aws.text('sqs send-message --message-body hello --queue-url', url);
    const received = await aws.json('sqs receive-message --queue-url', url, '--attribute-names', 'All');
    expect(received.Messages).toMatchObject([{ Body: 'hello', Attributes: { ApproximateReceiveCount: '1' } }]);
    await aws.text('sqs purge-queue --queue-url', url);
    const [left, urls, found] = await Promise.all([
      aws.json('sqs get-queue-attributes --attribute-names All --queue-url', url),
      aws.json('sqs list-queues'),
      aws.json('sqs get-queue-url --queue-name storygate-dev-callbacks'),
    ]);
    expect(left.Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
    });
    expect(urls.QueueUrls).toContain(gate.output('CallbackQueueUrl'));
    expect(found.QueueUrl).toBe(gate.output('CallbackQueueUrl'));
  });

  test('events put-events and lambda invoke', async () => {
    const entries = [
      { Source: 'cli', DetailType: 'Test', Detail: '{"a":1}', EventBusName: gate.output('EventBusName') },
    ];
    const [event, answered] = [join(directory, 'event.json'), join(directory, 'answer.json')];
    writeFileSync(event, '{}');
    const [put, rules, invoked, functions] = await Promise.all([
      aws.json('events put-events --entries', JSON.stringify(entries)),
      aws.json('events list-rules'),
      // Version 2 takes a payload in base64 unless it comes from a file.
      aws.json('lambda invoke --function-name storygate-dev-outputs --payload', `fileb://${event}`, answered),
      aws.json('lambda list-functions'),
    ]);
    expect(put).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
    expect(rules.Rules.length).toBeGreaterThan(0);
    expect(invoked).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(readFileSync(answered, 'utf8'))).toMatchObject({ errorMessage: expect.any(String) });
    expect(functions.Functions.map(({ FunctionName }: { FunctionName: string }) => FunctionName)).toContain(
      'storygate-dev-relay',
    );
  });

  test('buckets of one’s own: mb, cp, mv, rm, rb', async () => {
    expect(await aws.text('s3 mb s3://scratch')).toBe('make_bucket: scratch');
    await aws.text('s3 cp examples/workflow-input.json s3://scratch/a.json');
    await aws.text('s3 cp s3://scratch/a.json s3://scratch/b.json');
    expect(await aws.text('s3 ls s3://scratch')).toMatch(/ a\.json\n.* b\.json$/);
    expect(await aws.text('s3 rm s3://scratch/a.json')).toBe('delete: s3://scratch/a.json');
    expect(await aws.text('s3 rb s3://scratch --force')).toContain('remove_bucket: scratch');
    expect(await aws.text('s3 ls')).not.toContain('scratch');
  });
});
