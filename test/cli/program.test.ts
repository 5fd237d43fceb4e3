import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { runCli } from './run-cli.ts';

test('without a command shows what there is and ends with 1', async () => {
  const { exitCode, stdout, stderr } = await runCli([]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain('Usage: storygate [options] [command]');
});

test('--help names every command', async () => {
  const { exitCode, stdout } = await runCli(['--help']);
  expect(exitCode).toBe(0);
  for (const command of [
    ...['dev', 'start', 'gates', 'show', 'answer', 'results', 'logs', 'stop', 'redrive', 'letters', 'tokens'],
    ...['console', 'distribute', 'doctor', 'check', 'deploy', 'destroy', 'completion'],
  ])
    expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
});

test('--help is there at once: nothing that a command needs is loaded for it', async () => {
  const hooks = `import { registerHooks } from 'node:module';
    registerHooks({ load: (url, context, next) => { console.error(url); return next(url, context); } });`;
  const argv = ['--import', `data:text/javascript,${encodeURIComponent(hooks)}`, 'cli/storygate.js', '--help'];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, argv, { env: { NODE_OPTIONS: '' } });
  expect(stdout).toContain('Usage: storygate');
  const loaded = stderr.split('\n').filter((url) => url.startsWith('file:'));
  expect(loaded.some((url) => url.endsWith('/cli/commands.ts'))).toBe(true);
  expect(
    loaded.filter((url) => /@aws-sdk|\/zod\/|\/(local|infra|services|preflight|cli\/commands)\//.test(url)),
  ).toEqual([]);
});

test('each command has a help with examples', async () => {
  const { exitCode, stdout } = await runCli(['gates', '--help']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
"Usage: storygate gates [options]

list what waits: story, since when, how long it still waits, execution

Options:
  --story <key>        only what waits for this story
  --older-than <span>  only what has waited this long: 90s, 15m, 2h, 1d
  -w, --watch          keep the list up to date until Ctrl-C
  --target <kind>      where the stacks are (default: the local run when it answers, else AWS) (choices: "local", "aws")
  --stage <name>       stage of the stacks (default: STORYGATE_STAGE, else the configuration, else dev)
  --stack <name>       name of the release gate stack (default: <name>-<stage>-release-gate, as configured)
  --endpoint <url>     address of the local run (default: STORYGATE_ENDPOINT, else http://127.0.0.1:4566)
  --region <name>      AWS region (default: AWS_REGION)
  --profile <name>     AWS profile (default: AWS_PROFILE)
  --json               print JSON; docs/cli.md describes it
  -h, --help           display help for command

Examples:
  $ storygate gates                                        # everything that waits, longest first
  $ storygate gates --older-than 1d                        # what somebody has forgotten
  $ storygate gates --json | jq -r ".gates[].jiraStoryId"  # only the stories
"
`);
});

test('--version', async () => {
  expect(await runCli(['--version'])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});

test.each([
  [['nonsense'], "storygate: unknown command 'nonsense' (see --help)\n"],
  [['gates', '--nonsense'], "storygate: unknown option '--nonsense' (see --help)\n"],
  [['show'], "storygate: missing required argument 'execution|story' (see --help)\n"],
  [
    ['gates', '--older-than', 'long'],
    "storygate: option '--older-than <span>' argument 'long' is invalid. expected a span such as 90s, 15m, 2h or 1d. (see --help)\n",
  ],
  [
    ['answer', 'PROJ-1', 'maybe'],
    "storygate: command-argument value 'maybe' is invalid for argument 'decision'. Allowed choices are approve, reject. (see --help)\n",
  ],
  [['answer', 'twelve', 'approve'], 'storygate: twelve is no Jira story; expected a key such as PROJ-12345\n'],
])('%j is an error of the user, told in one line', async (argv, stderr) => {
  expect(await runCli(argv)).toEqual({ exitCode: 1, stdout: '', stderr });
});

test('a target that does not answer ends with 2 and says what to do', async () => {
  expect(await runCli(['gates', '--endpoint', 'http://127.0.0.1:1'])).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'storygate: the local run at http://127.0.0.1:1 does not answer; start the local run with storygate dev, or check --endpoint, --region and the network\n',
  });
});

test('removing the stacks is asked about first', async () => {
  const question =
    'Remove the stacks of stage dev from AWS? Its bucket, tables and queues go with all that is in them.';
  expect(await runCli(['destroy'])).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `storygate: ${question} Nobody can be asked here; give --yes\n`,
  });
  expect(await runCli(['destroy'], { answer: 'n' })).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `${question} [y/N] storygate: nothing was done\n`,
  });
});

test('what is wrong in the configuration is told in one line', async () => {
  expect(await runCli(['destroy', '--stage', 'Not A Stage'])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(
      /^storygate: storygate\.config\.json: stage is "Not A Stage", expected a stage name .*\n$/,
    ),
  });
});

test('completion knows commands, subcommands and options', async () => {
  const bash = (await runCli(['completion', 'bash'])).stdout;
  expect(bash).toContain('"letters") words="list show redrive delete --help"');
  expect(bash).toContain('complete -F _storygate storygate');
  expect((await runCli(['completion', 'fish'])).stdout).toContain(
    "complete -c storygate -n '__fish_seen_subcommand_from gates' -l watch -d 'keep the list up to date until Ctrl-C'",
  );
  expect((await runCli(['completion', 'zsh'])).stdout).toMatch(/^autoload -U \+X bashcompinit/);
});
