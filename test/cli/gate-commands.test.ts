import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { CliUnderTest } from './cli-under-test.ts';
import { stable } from './run-cli.ts';

jest.setTimeout(30_000);

let cli: CliUnderTest;

beforeAll(async () => {
  cli = await CliUnderTest.start();
}, 60_000);

afterAll(() => cli?.stop());

describe('a gate from its file to its result', () => {
  test('starts, waits, is approved, and tells of it', async () => {
    const started = await cli.run(['start', await cli.workflowFile('CLI-1')]);
    expect(stable(started.stdout)).toMatchInlineSnapshot(`
"  ✔ Started CLI-1-<hash>           inputs/CLI-1.json
  It asks for CLI-1: storygate answer CLI-1 approve --message "…"
"
`);
    await cli.paused('CLI-1'); // the list is in the order in which they began to wait
    await cli.waitingGate('CLI-2');
    expect(stable((await cli.run(['gates'])).stdout)).toMatchInlineSnapshot(`
"STORY  WAITING SINCE             TIMEOUT IN   EXECUTION
CLI-1  <time>  23 h 59 min  CLI-1-<hash>
CLI-2  <time>  23 h 59 min  CLI-2-<hash>
"
`);

    const answered = await cli.run(['answer', 'cli-1', 'approve', '--message', 'ship it', '--as', 'Ada']);
    expect(answered).toMatchObject({ exitCode: 0, stderr: '' });
    expect(stable(answered.stdout)).toMatchInlineSnapshot(`
"  ✔ approve for CLI-1 was accepted               cli-<uuid>
  ✔ Relayed to CLI-1-<hash>
"
`);

    const name = (await cli.json('show', 'CLI-1')).executions[0].name;
    await eventually('it has succeeded', async () =>
      (await cli.json('show', name)).execution.status === 'SUCCEEDED' ? true : undefined,
    );
    expect(stable((await cli.run(['show', name])).stdout)).toMatchInlineSnapshot(`
"
CLI-1-<hash>
  Status   SUCCEEDED
  Story    CLI-1
  File     s3://storygate-dev-000000000000-us-east-1/inputs/CLI-1.json
  Started  <time>, took <took>

States
  ✔ ReadInputFromS3 <took>
  ✔ PrepareWorkflowData <took>
  ✔ ParallelAPIProcessing <took>
    ✔ CallValidation <took>
    ✔ CallDeployment <took>
    ✔ CallNotification <took>
  ✔ WaitForCallback <took>
  ✔ WriteResultsToS3 <took>
  ✔ WriteExecutionLogToS3 <took>

Decision
  Outcome   success
  By        Ada
  Comment   ship it
  At        <time>
  Callback  cli-<uuid>
"
`);
    expect(stable((await cli.run(['show', 'CLI-1'])).stdout)).toContain('RELAYED');
    expect(JSON.parse((await cli.run(['results', 'CLI-1'])).stdout)).toMatchObject({
      jiraStoryId: 'CLI-1',
      callback: { message: 'ship it', actor: { displayName: 'Ada' } },
    });
    expect((await cli.run(['logs', name])).stdout).toMatch(
      /DECISION {2}approved by Ada .* through automation: ship it\n/,
    );
  });

  test('is followed to its end in one command', async () => {
    const file = await cli.workflowFile('CLI-3');
    const following = cli.run(['start', file, '--follow']);
    await cli.paused('CLI-3');
    await cli.run(['answer', 'CLI-3', 'reject', '--native', '--message', 'not today', '--as', 'Max', '--no-wait']);
    const { exitCode, stdout, stderr } = await following;
    expect(exitCode).toBe(4);
    expect(stdout).toContain('WaitForCallback waits for a decision');
    expect(stdout).toContain('! WaitForCallback: CallbackRejected');
    expect(stable(stderr)).toBe(
      'storygate: CLI-3-<hash> failed: CallbackRejected: CLI-3 was rejected by Max: not today; storygate show CLI-3-<hash>\n',
    );
    const results = await cli.run(['results', 'CLI-3']);
    expect(results.exitCode).toBe(4);
    expect(JSON.parse(results.stdout)).toMatchObject({ error: 'CallbackRejected' });
  });

  test('shows what the functions said, and never a task token', async () => {
    const name = await cli.waitingGate('CLI-4');
    const outputs = await Promise.all(
      [
        ['logs', name, '--functions'],
        ['show', name, '--json'],
        ['show', 'CLI-4', '--json'],
        ['tokens', 'CLI-4', '--json'],
        ['gates', '--json'],
      ].map((argv) => cli.run(argv)),
    );
    expect(outputs[0]?.stdout).toMatch(/ store-task-token +INFO {2}wait stored jiraStoryId=CLI-4 executionName=CLI-4-/);
    for (const { exitCode, stdout } of outputs) {
      expect(exitCode).toBe(0);
      expect(stdout.toLowerCase()).not.toContain('tasktoken');
    }
    expect(stable((await cli.run(['tokens', 'CLI-4'])).stdout)).toMatchInlineSnapshot(`
"STORY  TOKEN   STORED                    USABLE UNTIL              USED BY  EXECUTION
CLI-4  usable  <time>  <time>           CLI-4-<hash>
"
`);
  });

  test('is stopped, goes on where it was, and is started again', async () => {
    const name = await cli.waitingGate('CLI-5');
    expect(await cli.run(['stop', 'CLI-5', '--reason', 'wrong packages'])).toMatchObject({ exitCode: 0 });
    expect(await cli.run(['stop', name])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('it is ABORTED'),
    });
    expect(stable((await cli.run(['redrive', name])).stdout)).toBe('  ✔ CLI-5-<hash> goes on\n');
    await eventually('it waits again', async () => {
      const { execution } = await cli.json('show', name);
      return execution.states.at(-1).status === 'waiting' ? true : undefined;
    });
    await cli.run(['answer', 'CLI-5', 'reject', '--message', 'no']);
    await eventually('it has failed', async () =>
      (await cli.json('show', name)).execution.status === 'FAILED' ? true : undefined,
    );
    expect(await cli.run(['redrive', name])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('--restart'),
    });
    const restarted = await cli.json('redrive', name, '--restart');
    expect(restarted).toMatchObject({ restarted: true, executionName: expect.not.stringContaining(name) });
    await cli.run(['stop', restarted.executionName]);
  });
});

describe('results', () => {
  test('are downloaded', async () => {
    const name = await cli.waitingGate('CLI-6');
    await cli.run(['answer', 'CLI-6', 'approve']);
    await eventually('its log', async () => ((await cli.run(['results', name])).exitCode === 0 ? true : undefined));
    const target = join(cli.directory, 'out');
    const { files } = await eventually('both files', async () => {
      const downloaded = await cli.json('results', name, '--download', target);
      return downloaded.files.length === 2 ? downloaded : undefined;
    });
    expect(files.map(({ key }: { key: string }) => key)).toEqual([
      `outputs/${name}/result.json`,
      `logs/${name}/execution.log`,
    ]);
    expect(await readFile(join(target, 'logs', name, 'execution.log'), 'utf8')).toContain('SUCCEEDED');
  });

  test('of a gate that waits are not there yet', async () => {
    const name = await cli.waitingGate('CLI-7');
    expect(await cli.run(['results', name])).toEqual({
      exitCode: 3,
      stdout: '',
      stderr: `storygate: ${name} has no result yet: it is still running; storygate show ${name}\n`,
    });
  });
});

describe('what is not there', () => {
  test.each([
    [['show', 'nowhere'], /has no execution nowhere/],
    [['show', 'NONE-1'], /nothing is recorded for NONE-1/],
    [['results', 'NONE-1'], /no execution on NONE-1 is recorded/],
    [['tokens', 'NONE-1'], /no task token is stored for NONE-1/],
    [['gates', '--story', 'NONE-1'], /nothing waits for NONE-1/],
    [['start', 'inputs/nowhere.json'], /inputs\/nowhere\.json does not exist/],
    [['start', 'nowhere.json'], /neither a file here nor a key below/],
    [['gates', '--stage', 'other'], /has no stack storygate-other-release-gate/],
  ])('%j ends with 3', async (argv, message) => {
    expect(await cli.run(argv)).toMatchObject({ exitCode: 3, stdout: '', stderr: expect.stringMatching(message) });
  });
});

describe('a workflow file that could only fail is not uploaded', () => {
  test.each([
    ['{"jiraStoryId": ', /broken\.json is not valid JSON/],
    ['{"jiraStoryId":"twelve","packageIds":["a"]}', /jiraStoryId is "twelve", expected a Jira issue key/],
    ['{"jiraStoryId":"PROJ-1","packageIds":[]}', /packageIds is \[\], expected a list of 1 to 100 package ids/],
  ])('%s', async (content, message) => {
    const file = await cli.file('broken.json', content);
    expect(await cli.run(['start', file])).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(message),
    });
  });
});

test('the list of gates is kept up to date until Ctrl-C', async () => {
  await cli.waitingGate('CLI-8');
  const watching = await cli.run(['gates', '--watch', '--json'], { onOutput: (_, pressCtrlC) => pressCtrlC() });
  expect(watching.exitCode).toBe(0);
  expect(JSON.parse(watching.stdout.split('\n')[0] ?? '').gates.length).toBeGreaterThan(0);
});

test('times are relative in a terminal', async () => {
  await cli.waitingGate('CLI-9');
  const { stdout } = await cli.run(['gates', '--story', 'CLI-9'], { columns: 100 });
  expect(stdout).toMatch(/CLI-9 +(now|\d+ s ago) +23 h 59 min +CLI-9-/);
});

test('times of one output are as of one moment', async () => {
  const name = await cli.waitingGate('CLI-11');
  const looksOf = async (...argv: string[]) => {
    let looks = 0;
    const now = () => new Date(Date.now() + 3_600_000 * looks++);
    const { exitCode } = await cli.run(argv, { columns: 100, now, onOutput: (_, pressCtrlC) => pressCtrlC() });
    expect(exitCode).toBe(0);
    return looks;
  };
  for (const argv of [
    ['show', name],
    ['show', 'CLI-11'],
    ['tokens'],
    ['gates'],
    ['gates', '--watch'],
    ['gates', '--watch', '--json'],
  ])
    expect([argv, await looksOf(...argv)]).toEqual([argv, 1]);
});

describe('the target', () => {
  test('is AWS as the environment has it with --target aws', async () => {
    const before = { ...process.env };
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: cli.runtime.endpoint,
      AWS_ACCESS_KEY_ID: cli.runtime.client.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: cli.runtime.client.credentials.secretAccessKey,
    });
    try {
      const argv = ['--target', 'aws', '--region', 'us-east-1'];
      const { executionName } = await cli.json('start', await cli.workflowFile('CLI-10'), ...argv);
      expect((await cli.json('show', executionName, ...argv)).execution.name).toBe(executionName);
    } finally {
      for (const name of ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
  });

  test('is another stack with --stack', async () => {
    expect(await cli.run(['gates', '--stack', 'storygate-dev-release-gate'])).toMatchObject({ exitCode: 0 });
    expect(await cli.run(['gates', '--stack', 'elsewhere'])).toMatchObject({
      exitCode: 3,
      stderr: `storygate: the local run at ${cli.runtime.endpoint} has no stack elsewhere; deploy it, or name another with --stage or --stack\n`,
    });
  });
});
