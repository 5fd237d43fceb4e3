import { fileURLToPath } from 'node:url';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { putDeadLetter } from '../support/dead-letter.ts';
import { CliUnderTest } from './cli-under-test.ts';
import { hasTmux, TmuxTerminal } from './tmux.ts';

jest.setTimeout(60_000);

const COLUMNS = 90;
const STORYGATE = fileURLToPath(new URL('../../cli/storygate.js', import.meta.url));

let cli: CliUnderTest;
let terminal: TmuxTerminal;

async function deadLetters(count: number, reason: string): Promise<void> {
  const sqs = new SQSClient(cli.runtime.client);
  const { CallbackDlqUrl } = await cli.runtime.outputs('storygate-dev-release-gate');
  for (let number = 1; number <= count; number += 1)
    await putDeadLetter(sqs, CallbackDlqUrl, { callbackId: `${reason}-${number}`, jiraStoryId: 'DEAD-1', reason });
  sqs.destroy();
}

const withTerminal = hasTmux() ? describe : describe.skip;

/** One session of somebody at the keyboard, from top to bottom: each test goes on where the one before ended. */
withTerminal('in a real terminal', () => {
  beforeAll(async () => {
    cli = await CliUnderTest.start();
    terminal = await TmuxTerminal.open({
      columns: COLUMNS,
      rows: 40,
      directory: cli.directory,
      rc: `export STORYGATE_ENDPOINT=${cli.runtime.endpoint}\nstorygate() { ${process.execPath} ${STORYGATE} "$@"; }`,
    });
  }, 60_000);

  afterAll(async () => {
    terminal?.close();
    await cli?.stop();
  });

  test('an error is red, one line, and has an exit code', async () => {
    expect(await terminal.run('storygate nonsense', 1)).toContain(
      "storygate: unknown command 'nonsense' (see --help)\n",
    );
    expect(terminal.colours()).toMatch(/␛\[31mstorygate:␛\[(39|0)m/);
    await terminal.run('storygate gates --endpoint http://127.0.0.1:1', 2);
    await terminal.run('storygate show NOTHING-1', 3);
  });

  test('words are completed by Tab', async () => {
    await terminal.run('source <(storygate completion bash)');
    for (const [typed, completed] of [
      ['storygate lett', 'storygate letters '],
      ['storygate letters redr', 'storygate letters redrive '],
      ['storygate gates --old', 'storygate gates --older-than '],
    ] as const) {
      terminal.type(typed);
      terminal.press('Tab');
      await terminal.shows(new RegExp(`^\\$ ${completed}$`, 'm'));
      terminal.press('C-c');
    }
  });

  test('a gate is followed to its end', async () => {
    await cli.workflowFile('TERM-1');
    terminal.start('storygate start TERM-1.json --follow');
    await terminal.shows(/⏸ WaitForCallback waits for a decision/);
    expect(terminal.colours()).toMatch(/␛\[32m✔/);
    await cli.run(['answer', 'TERM-1', 'approve', '--message', 'ship it']);
    const screen = await terminal.shows(/exit 0$/m);
    expect(screen).toMatch(/✔ WaitForCallback +[\d.]+ m?s\n {2}✔ WriteResultsToS3 .*\n {2}✔ WriteExecutionLogToS3 /);
    expect(screen).toContain('✔ Execution SUCCEEDED');
  });

  test('Ctrl-C stops the following and not the gate, which is listed in colour with relative times', async () => {
    await cli.workflowFile('TERM-2');
    terminal.start('storygate start TERM-2.json --follow');
    await terminal.shows(/⏸ WaitForCallback waits for a decision/);
    terminal.press('C-c');
    expect(await terminal.shows(/exit 130$/m)).toContain('goes on without being watched; storygate show TERM-2-');
    const screen = await terminal.run('storygate gates');
    expect(screen).toMatch(
      /^STORY +WAITING SINCE +TIMEOUT IN +EXECUTION\nTERM-2 +(now|\d+ s ago) +23 h 59 min +TERM-2-/m,
    );
    expect(terminal.colours()).toMatch(/␛\[(0;)?1m(␛\[[\d;]*m)*TERM-2␛\[/);
    expect(Math.max(...screen.split('\n').map((line) => line.length))).toBeLessThanOrEqual(COLUMNS);
  });

  test('a pipe and NO_COLOR get plain text', async () => {
    expect(await terminal.run('storygate gates | cat')).toMatch(/^TERM-2 +\d{4}-\d\d-\d\dT[\d:.]+Z /m);
    await terminal.run('NO_COLOR=1 storygate gates');
    expect(terminal.colours()).not.toMatch(/1m(␛\[[\d;]*m)*TERM-2/);
  });

  test('the list follows what happens until Ctrl-C', async () => {
    terminal.start('storygate gates --watch');
    await terminal.shows(/1 waiting in the local run at .*, Ctrl-C ends/);
    await cli.waitingGate('TERM-3');
    await terminal.shows(/2 waiting in the local run/);
    await terminal.shows(/^TERM-3 /m);
    terminal.press('C-c');
    await terminal.shows(/exit 0$/m);
  });

  test('a gate is rejected, looked at, and has no result', async () => {
    const screen = await terminal.run('storygate answer TERM-2 reject --message "not today" --as Max');
    expect(screen).toMatch(/✔ reject for TERM-2 was accepted +cli-\S+\n {2}✔ Relayed to TERM-2-/);
    await terminal.run('until storygate results TERM-2 2>&1 | grep -q CallbackRejected; do :; done');
    await terminal.run('storygate results TERM-2 > /dev/null', 4);
    const shown = await terminal.run('storygate show TERM-2');
    expect(shown).toMatch(/✘ WaitForCallback +\S+ s {2}CallbackRejected: /);
    expect(shown).toMatch(/Comment {3}not today/);
    expect(terminal.colours()).toMatch(/␛\[31m✘/);
  });

  test('it asks before it redrives several letters, and can be broken off', async () => {
    await deadLetters(2, 'RETRIES_EXHAUSTED');
    const redrive = 'storygate letters redrive --reason RETRIES_EXHAUSTED';
    const question = /Redrive 2 letters in the local run at \S+\? \[y\/N\] $/m;
    terminal.start(redrive);
    await terminal.shows(question);
    terminal.press('C-c');
    await terminal.shows(/exit 130$/m);
    terminal.start(redrive);
    await terminal.shows(question);
    terminal.press('Enter');
    expect(await terminal.shows(/exit 1$/m)).toContain('storygate: nothing was done');
    terminal.start(redrive);
    await terminal.shows(question);
    terminal.type('y');
    terminal.press('Enter');
    expect(await terminal.shows(/exit 0$/m)).toContain('✔ 2 letters redriven');
  });

  test('what takes long shows how far it is, and cleans up behind itself', async () => {
    await deadLetters(5, 'INVALID_TASK_TOKEN');
    terminal.start('storygate letters redrive --all --reason INVALID_TASK_TOKEN --rate 2 --yes');
    await terminal.shows(/^█+░+ redrive letters: [1-4] of 5$/m);
    const screen = await terminal.shows(/exit 0$/m);
    expect(screen).toContain('✔ 5 letters redriven');
    expect(screen).not.toContain('░');
  });
});
