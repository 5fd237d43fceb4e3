import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';

/** A demo with only its own stack loaded, as a process that has to end by itself. */
async function demo(workflow: string, stack = workflow) {
  const child = spawn(
    process.execPath,
    [
      ...['cli/storygate.js', 'dev', '--ephemeral', '--port', '0', '--exit'],
      ...['--demo', workflow, '--stack', `storygate-dev-${stack}`],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  const [stdout, stderr, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { exitCode, stdout, stderr };
}

test('release gate: from a dropped file to the result, by way of Jira', async () => {
  const { exitCode, stdout, stderr } = await demo('release-gate');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/Dropped .* into inputs\/workflow-input\.json .* WaitForCallback waits .* Jira says Done/s);
  expect(stdout).toMatch(
    /Execution SUCCEEDED\n.*outputs\/workflow-input-\w+\/result\.json\n .*"jiraStoryId": "PROJ-12345"/s,
  );
});

test('file distribution: both destinations get the file; a failure is notified', async () => {
  const { exitCode, stdout, stderr } = await demo('file-distribution');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/AllCopiesSuccessful .* Execution SUCCEEDED\n/s);
  expect(stdout).toMatch(/region-a-builds-000000000000-us-east-1 {2}build-123\.zip, 274 bytes/);
  expect(stdout).toMatch(/region-b-builds-000000000000-us-east-1 {2}build-123\.zip, 274 bytes/);
  expect(stdout).toMatch(/SendFailureNotification .* Execution FAILED\n/s);
  expect(stdout).toContain('Notification: File distribution failed: 1 of 3 copies of build-123.zip\n');
  expect(stdout).toContain('  - region-c-builds: ');
});

test('message record: the message is in the table; an input without one is refused', async () => {
  const { exitCode, stdout, stderr } = await demo('message-record');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/In the table awsdemoddb\n {2}id {9}[0-9a-f-]{36}\n.*\n {2}Message {4}Hello step function\n/);
  expect(stdout).toContain('  error  Storygate.InvalidMessage\n');
});

test('a demo whose stack is not loaded says so and ends', async () => {
  expect(await demo('message-record', 'file-distribution')).toMatchObject({
    exitCode: 1,
    stderr: 'storygate: the demo needs the message-record stack; start without --stack, or name it there\n',
  });
});
