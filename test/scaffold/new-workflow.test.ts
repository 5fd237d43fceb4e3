import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ProjectCopy } from './project-copy.ts';

const NAME = 'invoice-archive';
const MADE = [
  'asl/invoice-archive.asl.json',
  'infra/invoice-archive-stack.ts',
  'test/infra/invoice-archive-stack.test.ts',
  'test/e2e/invoice-archive.test.ts',
  'docs/invoice-archive.md',
];
const CHANGED = ['infra/app.ts', 'infra/config.ts'];
const NOTHING_WRONG = { exitCode: 0, stderr: '' };

let project: ProjectCopy;
const newWorkflow = (...args: string[]) => project.run('scaffold/new-workflow.ts', args);
beforeAll(() => {
  project = new ProjectCopy();
});
afterAll(() => project?.remove());

describe('refuses', () => {
  test.each([
    [[], 'expected one name: npm run new:workflow <name>, such as invoice-archive'],
    [['one', 'two'], 'expected one name: npm run new:workflow <name>, such as invoice-archive'],
    [['message-record'], 'message-record is taken: asl/message-record.asl.json is there already; choose another name'],
    [['workflow'], 'workflow is taken: infra/workflow-stack.ts is there already; choose another name'],
    [
      ['Invoice_Archive'],
      '"Invoice_Archive" is no name for a workflow: expected lower-case words with dashes between them, at most 40 characters, such as invoice-archive',
    ],
  ])('%j', async (args, message) => {
    expect(await newWorkflow(...args)).toEqual({ exitCode: 1, stdout: '', stderr: `new:workflow: ${message}\n` });
  });
});

describe('makes a workflow', () => {
  beforeAll(async () => {
    expect(await newWorkflow(NAME)).toMatchObject(NOTHING_WRONG);
    // Alone: what the other stacks do is told by their own tests, and takes longer.
    writeFileSync(join(project.directory, 'storygate.config.json'), JSON.stringify({ workflows: [NAME] }));
  });

  test('with all its files, registered', () => {
    const text = (file: string) => readFileSync(join(project.directory, file), 'utf8');
    for (const file of MADE) expect(text(file)).not.toContain('{{');
    expect(text('infra/app.ts')).toContain("  'invoice-archive': InvoiceArchiveStack,\n");
    expect(text('infra/config.ts')).toContain("'invoice-archive'");
  });

  test('that is clean, can be deployed and runs', async () => {
    const checks = Promise.all([compile(), lint()]);
    expect(await project.run('infra/synth.ts', ['--quiet'])).toMatchObject(NOTHING_WRONG);
    expect(await project.run('preflight/check.ts', [])).toEqual({ ...NOTHING_WRONG, stdout: '' });
    const [compiled, linted] = await checks;
    expect(compiled).toEqual({ ...NOTHING_WRONG, stdout: '' });
    expect(linted).toMatchObject({ exitCode: 0, stdout: '' });
    const tests = await project.run(
      'node_modules/jest/bin/jest.js',
      [`test/infra/${NAME}-stack`, `test/e2e/${NAME}`, '--runInBand', '--reporters=default'],
      { nodeOptions: '--experimental-vm-modules --disable-warning=ExperimentalWarning' },
    );
    expect(tests).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Tests:       4 passed, 4 total') });
  }, 120_000); // 12 s on an idle machine

  test('once', async () => {
    expect(await newWorkflow(NAME)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('is taken') });
  });
});

/** What is new, and all that it imports. */
function compile() {
  const sources = [...CHANGED, ...MADE].filter((file) => file.endsWith('.ts'));
  writeFileSync(
    join(project.directory, 'tsconfig.new.json'),
    JSON.stringify({ extends: './tsconfig.json', include: [], files: sources }),
  );
  return project.run('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.new.json']);
}

function lint() {
  const sources = [...CHANGED, ...MADE].filter((file) => !file.endsWith('.md'));
  return project.run('node_modules/@biomejs/biome/bin/biome', ['check', '--error-on-warnings', ...sources]);
}
