import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { rotateSecret } from '../e2e/rotate-secret.ts';
import { putDeadLetter } from '../support/dead-letter.ts';
import { eventually } from '../support/eventually.ts';
import { CliUnderTest } from './cli-under-test.ts';
import { stable } from './run-cli.ts';

jest.setTimeout(30_000);

let cli: CliUnderTest;
let sqs: SQSClient;
let outputs: Record<string, string>;

beforeAll(async () => {
  cli = await CliUnderTest.start();
  sqs = new SQSClient(cli.runtime.client);
  outputs = await cli.runtime.outputs('storygate-dev-release-gate');
}, 60_000);

afterAll(async () => {
  sqs?.destroy();
  await cli?.stop();
});

describe('doctor', () => {
  const check = async (name: string) => {
    const { checks } = JSON.parse((await cli.run(['doctor', '--json'])).stdout);
    return checks.find((candidate: { name: string }) => candidate.name === name);
  };

  test('finds nothing wrong with a fresh stack', async () => {
    const { exitCode, stdout, stderr } = await cli.run(['doctor']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stable(stdout).replace(/\b\d+ (resources|functions|queues|connections)/g, 'n $1')).toMatchInlineSnapshot(`
"storygate-dev-release-gate in the local run at <endpoint>

Is it deployed?
  ✔ Stack            n resources, 11 outputs
  ✔ Roles            n functions and the state machine, each with its own role
  ✔ User role        can be assumed and sees the state machine
  · Alarms           the local run has no CloudWatch

Do callbacks arrive?
  ✔ Webhook secret   current is set
  ✔ Webhook          refuses strangers, takes what is signed
  ✔ Jira body        the documented body says success for PROJ-12345 (automation)
  ✔ Relay            0 waiting in the queue, 0 in flight
  ✔ Dead letters     n queues are empty

Stuck in WaitForCallback?
  ✔ Waiting gates    nothing waits

Does a mock API return 401?
  ✔ API token        token is set
  ✔ Connections      n connections are authorized; no recent execution got 401

Is access to S3 denied?
  ✔ Bucket           storygate-dev-000000000000-us-east-1 can be read; no recent execution was denied access
"
`);
  });

  test('tells of dead letters and ends with 1', async () => {
    await putDeadLetter(sqs, outputs['CallbackDlqUrl'], { callbackId: 'cb-1', jiraStoryId: 'DEAD-1' });
    const { exitCode, stdout, stderr } = await cli.run(['doctor']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('✘ Dead letters     storygate-dev-callbacks-dlq has 1\n');
    expect(stderr).toBe('storygate: 1 of 13 checks found a problem; each says what to do\n');
    await cli.run(['letters', 'delete', '--all', '--yes']);
  });

  test('says what a body from Jira would do', async () => {
    const file = await cli.file('body.json', '{"jiraStoryId":"PROJ-1","status":"maybe","message":"x"}');
    const { stdout } = await cli.run(['doctor', '--jira-body', file]);
    expect(stdout).toMatch(/✘ Jira body .*status is "maybe", expected success or failure/);
    const { stdout: recorded } = await cli.run([
      'doctor',
      '--jira-body',
      'examples/jira/native-data-center-rejected.json',
    ]);
    expect(recorded).toMatch(/✔ Jira body .*says failure for PROJ-12345 \(native-webhook\)/);
  });

  test('tells why a gate still waits although the story was decided', async () => {
    await cli.run(['answer', 'EARLY-1', 'approve']);
    const file = await cli.file('early.json', '{"jiraStoryId":"EARLY-1","packageIds":["a"]}');
    await cli.run(['start', file]);
    const waiting = await eventually('it waits', async () => {
      const result = await check('Waiting gates');
      return result.status === 'warning' ? result : undefined;
    });
    expect(waiting.detail).toMatch(/^EARLY-1 was decided \(success\), which does not count for early-\w+: ./);
    await cli.run(['stop', 'EARLY-1']);
  });

  test('tells a token that the connections do not have yet', async () => {
    const secrets = new SecretsManagerClient(cli.runtime.client);
    const SecretId = outputs['ApiTokensSecretArn'];
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: '{"token":"rotated"}' }));
    await cli.runtime.advance(60_000); // for so long the mocks take the old one
    const file = await cli.file('unauthorized.json', '{"jiraStoryId":"AUTH-1","packageIds":["a"]}');
    expect(await cli.run(['start', file, '--follow'])).toMatchObject({ exitCode: 4 });
    const { status, detail, wayOut } = await check('Connections');
    expect(status).toBe('problem');
    expect(detail).toBe('1 recent executions got 401, and the token has changed since the connections took it over');
    expect(wayOut).toBe(`a rotation brings it to them: aws secretsmanager rotate-secret --secret-id ${SecretId}`);
    await rotateSecret(secrets, SecretId ?? '', eventually);
    expect((await check('Connections')).detail).toContain('1 recent executions got 401, such as');
    secrets.destroy();
  });

  test('tells an execution that asks for a file that it may not read', async () => {
    const sfn = new SFNClient(cli.runtime.client);
    const { executionArn = '' } = await sfn.send(
      new StartExecutionCommand({
        stateMachineArn: outputs['StateMachineArn'],
        input: JSON.stringify({ bucket: outputs['S3BucketName'], key: 'elsewhere/release.json' }),
      }),
    );
    await eventually(
      'it has failed after its retries',
      async () => ((await cli.run(['results', executionArn])).exitCode === 4 ? true : undefined),
      { between: () => cli.runtime.advance(1_000) },
    );
    const result = await eventually('doctor sees it', async () => {
      const seen = await check('Bucket');
      return seen.status === 'ok' ? undefined : seen;
    });
    expect(result).toMatchObject({ status: 'problem', detail: expect.stringContaining('was denied access') });
    expect(result.wayOut).toContain(`${outputs['S3BucketName']}/inputs/ only`);
    sfn.destroy();
  });

  test('tells a secret that is not set, and never what it is', async () => {
    const secrets = new SecretsManagerClient(cli.runtime.client);
    const SecretId = outputs['WebhookSecretArn'];
    await secrets.send(
      new PutSecretValueCommand({ SecretId, SecretString: '{"current":"","previous":"kept-to-oneself"}' }),
    );
    const { exitCode, stdout } = await cli.run(['doctor']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/✘ Webhook secret +it has no current value/);
    expect(stdout).not.toContain('kept-to-oneself');
    const ApiTokens = outputs['ApiTokensSecretArn'];
    await secrets.send(new PutSecretValueCommand({ SecretId: ApiTokens, SecretString: '{}' }));
    expect((await check('API token')).wayOut).toBe(
      `put {"token":"…"} into it, then bring a new one to the connections: aws secretsmanager rotate-secret --secret-id ${ApiTokens}`,
    );
    secrets.destroy();
  });
});
