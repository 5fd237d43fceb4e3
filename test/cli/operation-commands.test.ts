import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { putDeadLetter } from '../support/dead-letter.ts';
import { eventually } from '../support/eventually.ts';
import { CliUnderTest } from './cli-under-test.ts';
import { stable } from './run-cli.ts';

jest.setTimeout(30_000);

let cli: CliUnderTest;
let sqs: SQSClient;
let outputs: Record<string, string>;

beforeAll(async () => {
  cli = await CliUnderTest.start([]);
  sqs = new SQSClient(cli.runtime.client);
  outputs = await cli.runtime.outputs('storygate-dev-release-gate');
}, 60_000);

afterAll(async () => {
  sqs?.destroy();
  await cli?.stop();
});

const dead = (callbackId: string, jiraStoryId: string, reason?: string) =>
  putDeadLetter(sqs, outputs['CallbackDlqUrl'], { callbackId, jiraStoryId, ...(reason && { reason }) });

async function deadLetters(): Promise<string[]> {
  const { letters } = JSON.parse((await cli.run(['letters', 'list', '--json'])).stdout);
  return letters.map(({ callbackId }: { callbackId: string }) => callbackId);
}

describe('letters', () => {
  beforeEach(async () => {
    await cli.run(['letters', 'delete', '--all', '--yes']);
    await dead('cb-1', 'DEAD-1');
    await dead('cb-2', 'DEAD-2', 'INVALID_TASK_TOKEN');
  });

  test('are listed and shown, and stay', async () => {
    expect(stable((await cli.run(['letters', 'list'])).stdout)).toMatchInlineSnapshot(`
"STORY   CALLBACK  OUTCOME  REASON              AGE  RECEIVED  ERROR
DEAD-1  cb-1      success  RETRIES_EXHAUSTED <took>  100×      AccessDenied: no
DEAD-2  cb-2      success  INVALID_TASK_TOKEN <took>  100×      AccessDenied: no
"
`);
    expect(stable((await cli.run(['letters', 'show', 'cb-1'])).stdout)).toMatchInlineSnapshot(`
"
cb-1
  Story       DEAD-1
  Outcome     success
  By          Ada
  Reason      RETRIES_EXHAUSTED
  Error       AccessDenied: no
  Accepted    <time>
  Dead since  <time>
  Received    100 times by the relay
  Body        {"schemaVersion":1,"callbackId":"cb-1","jiraStoryId":"DEAD-1","outcome":"success","actor":{"displayName":"Ada"},"message":"","source":"automation","receivedAt":"<time>","decidedAt":"<time>","jira":{}}
"
`);
    expect(await deadLetters()).toEqual(['cb-1', 'cb-2']);
  });

  test('are selected', async () => {
    expect((await cli.run(['letters', 'list', '--reason', 'INVALID_TASK_TOKEN'])).stdout).not.toContain('cb-1');
    expect(await cli.run(['letters', 'list', '--older-than', '1h'])).toMatchObject({ exitCode: 3 });
    expect(await cli.run(['letters', 'show', 'cb-9'])).toMatchObject({ exitCode: 3 });
  });

  test('one is sent again without a question, and reaches the relay', async () => {
    expect(await cli.run(['letters', 'redrive', '--story', 'dead-1'])).toEqual({
      exitCode: 0,
      stdout: '  ✔ 1 letter redriven\n',
      stderr: '',
    });
    expect(await deadLetters()).toEqual(['cb-2']);
    await eventually('the relay has it', async () =>
      (await cli.run(['show', 'DEAD-1'])).stdout.includes('PARKED') ? true : undefined,
    );
  });

  test('several are asked about', async () => {
    const question = `Redrive 2 letters in the local run at ${cli.runtime.endpoint}?`;
    const select = ['letters', 'redrive', '--younger-than', '1h'];
    expect(await cli.run(select)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `storygate: ${question} Nobody can be asked here; give --yes\n`,
    });
    expect(await cli.run(select, { answer: 'no' })).toMatchObject({
      exitCode: 1,
      stderr: `${question} [y/N] storygate: nothing was done\n`,
    });
    const ctrlD = async () => undefined;
    expect(await cli.run(select, { answer: ctrlD })).toMatchObject({
      exitCode: 1,
      stderr: `${question} [y/N] \nstorygate: nothing was done\n`,
    });
    expect(await deadLetters()).toEqual(['cb-1', 'cb-2']);
    expect(await cli.run(select, { answer: 'y' })).toMatchObject({ exitCode: 0, stdout: '  ✔ 2 letters redriven\n' });
    expect(await deadLetters()).toEqual([]);
  });

  test('that come while the question is read are left alone', async () => {
    const answer = async () => {
      await dead('cb-3', 'DEAD-3');
      return 'y';
    };
    expect(await cli.run(['letters', 'delete', '--all'], { answer })).toMatchObject({
      exitCode: 0,
      stdout: '  ✔ 2 letters deleted\n',
    });
    expect(await deadLetters()).toEqual(['cb-3']);
  });

  test('all of them are moved by SQS', async () => {
    expect(await cli.run(['letters', 'redrive', '--all', '--yes'])).toMatchObject({
      exitCode: 0,
      stdout: '  ✔ 2 letters redriven\n',
    });
    expect(await deadLetters()).toEqual([]);
    expect(await cli.run(['letters', 'redrive', '--all', '--yes'])).toMatchObject({
      exitCode: 3,
      stderr: 'storygate: there are no dead letters\n',
    });
  });

  test('a dry run changes nothing', async () => {
    const { exitCode, stdout } = await cli.run(['letters', 'delete', '--story', 'DEAD-2', '--dry-run']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/DEAD-2 .*\nWould delete 1 letter\.\n$/);
    expect(await deadLetters()).toEqual(['cb-1', 'cb-2']);
  });

  test('are deleted for good', async () => {
    expect(await cli.run(['letters', 'delete', '--callback', 'cb-2', '--yes'])).toMatchObject({
      exitCode: 0,
      stdout: '  ✔ 1 letter deleted\n',
    });
    expect(await deadLetters()).toEqual(['cb-1']);
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: outputs['CallbackDlqUrl'], AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({ ApproximateNumberOfMessages: '1', ApproximateNumberOfMessagesNotVisible: '0' });
  });

  test('must be named', async () => {
    expect(await cli.run(['letters', 'delete', '--yes'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^storygate: which letters\?/),
    });
  });
});

describe('distribute', () => {
  test('copies a file to the configured buckets', async () => {
    const file = await cli.file('build-1.zip', 'a build');
    const { exitCode, stdout } = await cli.run(['distribute', file, '--follow']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('✔ AllCopiesSuccessful');
  });

  test('asks before it goes where nobody wanted it', async () => {
    const file = await cli.file('build-2.zip', 'a build');
    expect(await cli.run(['distribute', file, '--to', 'region-a-builds'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('distributes it to region-b-builds-000000000000-us-east-1 too, by configuration'),
    });
  });

  test('ends with 4 when a copy fails', async () => {
    const { exitCode, stderr } = await cli.run(['distribute', 'not-there.zip', '--to', 'region-a-builds', '--follow']);
    expect({ exitCode, stderr: stable(stderr) }).toEqual({
      exitCode: 4,
      stderr: expect.stringContaining('not-there-zip-<hash> failed'),
    });
  });
});
