import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { type LocalRuntime, startLocalRuntime } from '../support/local-runtime.ts';
import { AwsCli, unusableCli } from './aws-cli.ts';
import { Gate } from './gate.ts';

jest.setTimeout(120_000); // each command is a start of Python, which takes a second of a core

const unusable = unusableCli();
const role = 'arn:aws:iam::000000000000:role/local-admin';

(unusable ? describe.skip : describe)(
  `trying things with the AWS CLI${unusable ? ` (skipped: ${unusable})` : ''}`,
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'storygate-'));
    let runtime: LocalRuntime;
    let gate: Gate;
    let aws: AwsCli;

    beforeAll(async () => {
      runtime = await startLocalRuntime();
      gate = await Gate.of(runtime);
      aws = new AwsCli(runtime);
    });
    afterAll(async () => {
      await runtime?.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    /** A definition as `file://`, which reads the bucket's object `probe.json` when it runs. */
    function definition(name: string, change: object = {}): string {
      const Arguments = { Bucket: gate.bucket, Key: 'probe.json' };
      const Read = { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:s3:getObject', Arguments, End: true, ...change };
      const Output = '{% $states.result.ContentLength %}';
      writeFileSync(
        join(directory, name),
        JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'Read', States: { Read: { Output, ...Read } } }),
      );
      return `file://${join(directory, name)}`;
    }

    test('a definition is validated, run, mended and redriven, versioned and deleted', async () => {
      const good = definition('good.json');
      const [valid, broken, created] = await Promise.all([
        aws.json('stepfunctions validate-state-machine-definition --definition', good),
        aws.json(
          'stepfunctions validate-state-machine-definition --definition',
          definition('bad.json', { End: undefined, Next: 'Nowhere' }),
        ),
        aws.json(`stepfunctions create-state-machine --name probe --role-arn ${role} --definition`, good),
      ]);
      expect(valid).toEqual({ result: 'OK', diagnostics: [], truncated: false });
      expect(broken.diagnostics).toContainEqual({
        severity: 'ERROR',
        code: 'MISSING_TRANSITION_TARGET',
        message: "Missing 'Next' target: Nowhere",
        location: '/States/Read/Next',
      });
      const arn: string = created.stateMachineArn;
      const { executionArn } = await aws.json('stepfunctions start-execution --state-machine-arn', arn);
      await gate.ended(executionArn);
      const [failed] = await Promise.all([
        aws.json('stepfunctions describe-execution --execution-arn', executionArn),
        aws.text('s3 cp examples/workflow-input.json', `s3://${gate.bucket}/probe.json`),
      ]);
      expect(failed).toMatchObject({ status: 'FAILED', error: 'S3.NoSuchKeyException', redriveStatus: 'REDRIVABLE' });
      await aws.json('stepfunctions redrive-execution --execution-arn', executionArn);
      expect((await gate.ended(executionArn)).status).toBe('SUCCEEDED');

      const [version] = await Promise.all([
        aws.json('stepfunctions publish-state-machine-version --state-machine-arn', arn),
        aws.text('stepfunctions tag-resource --tags key=team,value=release --resource-arn', arn),
        aws.json(
          'stepfunctions update-state-machine --state-machine-arn',
          ...[arn, '--definition', definition('better.json', { TimeoutSeconds: 5 })],
        ),
      ]);
      expect(version.stateMachineVersionArn).toBe(`${arn}:1`);
      const [tags, described] = await Promise.all([
        aws.json('stepfunctions list-tags-for-resource --resource-arn', arn),
        aws.json('stepfunctions describe-state-machine --state-machine-arn', arn),
      ]);
      expect(tags.tags).toEqual([{ key: 'team', value: 'release' }]);
      expect(JSON.parse(described.definition).States.Read.TimeoutSeconds).toBe(5);
      await aws.text('stepfunctions delete-state-machine --state-machine-arn', arn);
      expect(await aws.failure('stepfunctions describe-state-machine --state-machine-arn', arn)).toContain(
        'StateMachineDoesNotExist',
      );
    });

    test('events test-event-pattern, put-rule and delete-rule', async () => {
      const event = {
        ...{ id: '1', source: 'cli', account: '000000000000', region: 'us-east-1', time: '2030-01-31T12:00:00Z' },
        ...{ 'detail-type': 'Test', resources: [], detail: { state: 'done' } },
      };
      const tried = (pattern: object) => [
        'events test-event-pattern --event',
        JSON.stringify(event),
        '--event-pattern',
        JSON.stringify(pattern),
      ];
      const [command = '', ...matching] = tried({ detail: { state: [{ prefix: 'do' }] } });
      const [, ...other] = tried({ detail: { state: [{ 'anything-but': 'done' }] } });
      const [, ...invalid] = tried({ detail: { state: 'done' } });
      const [yes, no, refused, put] = await Promise.all([
        aws.json(command, ...matching),
        aws.json(command, ...other),
        aws.failure(command, ...invalid),
        aws.json('events put-rule --name mine --event-pattern', '{"source":["cli"]}'),
      ]);
      expect([yes, no]).toEqual([{ Result: true }, { Result: false }]);
      expect(refused).toContain('(InvalidEventPatternException)');
      expect(refused).toContain('Event pattern is not valid. Reason: "state" must be an object or an array');
      expect(put).toEqual({ RuleArn: 'arn:aws:events:us-east-1:000000000000:rule/mine' });
      expect(await aws.json('events describe-rule --name mine')).toMatchObject({ Name: 'mine', State: 'ENABLED' });
      await aws.text('events delete-rule --name mine');
      expect(await aws.failure('events describe-rule --name mine')).toContain('ResourceNotFoundException');
    });

    test('dead letters move back to their queue', async () => {
      const attributes = await aws.json(
        'sqs get-queue-attributes --attribute-names QueueArn --queue-url',
        gate.output('CallbackDlqUrl'),
      );
      const source: string = attributes.Attributes.QueueArn;
      await aws.text('sqs send-message --message-body no-callback --queue-url', gate.output('CallbackDlqUrl'));
      const { TaskHandle } = await aws.json('sqs start-message-move-task --source-arn', source);
      expect(TaskHandle).toMatch(/^[\w+/=-]+$/);
      const moved = await eventually('the end of the move', async () => {
        const { Results } = await aws.json('sqs list-message-move-tasks --source-arn', source);
        return Results[0].Status === 'COMPLETED' ? Results[0] : undefined;
      });
      expect(moved).toMatchObject({ SourceArn: source, ApproximateNumberOfMessagesMoved: 1 });
    });

    test('items, secrets, versions of objects and a function that nobody waits for', async () => {
      const table = gate.output('WaitsTableName');
      const key = { jiraStoryId: { S: 'CLI-9' }, recordId: { S: 'NOTE#1' } };
      await aws.text(
        'dynamodb put-item --table-name',
        table,
        '--item',
        JSON.stringify({ ...key, text: { S: 'hello' } }),
      );
      const [queried, secret, versions, sent, topics] = await Promise.all([
        aws.json(
          `dynamodb query --table-name ${table} --key-condition-expression jiraStoryId=:s --expression-attribute-values`,
          '{":s":{"S":"CLI-9"}}',
        ),
        aws.json('secretsmanager describe-secret --secret-id', gate.output('WebhookSecretArn')),
        aws.json('s3api list-object-versions --prefix probe.json --bucket', gate.bucket),
        aws.json(
          'lambda invoke --invocation-type Event --function-name storygate-dev-outputs',
          join(directory, 'answer.json'),
        ),
        aws.json('sns list-topics'),
      ]);
      expect(queried.Items).toEqual([{ ...key, text: { S: 'hello' } }]);
      expect(secret.ARN).toBe(gate.output('WebhookSecretArn'));
      expect(versions.Versions).toMatchObject([{ Key: 'probe.json', IsLatest: true }]);
      expect(sent).toMatchObject({ StatusCode: 202 });
      expect(topics.Topics.length).toBeGreaterThan(0);
      await aws.text('dynamodb delete-item --table-name', table, '--key', JSON.stringify(key));
    });
  },
);
