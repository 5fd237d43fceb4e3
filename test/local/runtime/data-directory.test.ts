import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from '@jest/globals';
import { openState, type State } from '../../../local/data-directory.ts';
import { DataDirectoryError } from '../../../local/data-directory-error.ts';
import { temporaryDirectory } from '../gateway/running-gateway.ts';

const directories: ReturnType<typeof temporaryDirectory>[] = [];
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const directory of directories.splice(0)) directory.remove();
});

function freshDirectory(): string {
  const directory = temporaryDirectory();
  directories.push(directory);
  return directory.path;
}

/** What opening the directory says. */
function refusal(path: string): string {
  try {
    openState(path).close();
    return 'none';
  } catch (error) {
    if (error instanceof DataDirectoryError) return error.message;
    throw error;
  }
}

function withRow(state: State): State {
  state.database.define('CREATE TABLE t (x)');
  state.database.run('INSERT INTO t VALUES (1)');
  return state;
}

test('a second runtime on the directory is refused with the process that has it', () => {
  const path = freshDirectory();
  const first = openState(path);
  expect(refusal(path)).toBe(
    `The directory ${path} is in use by another local runtime (process ${process.pid}): stop that one, or use another directory with --data-dir.`,
  );
  first.close();
  expect(refusal(path)).toBe('none');
});

test('a killed process leaves its state and no lock', async () => {
  const path = freshDirectory();
  const holder = spawn(
    process.execPath,
    [
      '--input-type=module-typescript',
      '-e',
      `import { openState } from './local/data-directory.ts';
       const { database } = openState(${JSON.stringify(path)});
       database.define('CREATE TABLE t (x)');
       database.run('INSERT INTO t VALUES (1)');
       await database.committed();
       process.stdout.write('held');
       setInterval(() => {}, 1000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  children.push(holder);
  await once(holder.stdout, 'data');
  expect(refusal(path)).toContain(`(process ${holder.pid})`);
  const ended = once(holder, 'exit');
  holder.kill('SIGKILL');
  await ended;
  const state = openState(path);
  expect(state.database.get('SELECT count(*) AS rows FROM t')).toEqual({ rows: 1 });
  state.close();
});

test('a damaged database is named, with the way out', () => {
  const path = freshDirectory();
  withRow(openState(path)).close();
  const file = join(path, 'runtime.db');
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, 'not a database any more', 0);
  closeSync(descriptor);
  expect(refusal(path)).toBe(
    `The state in ${file} is damaged (file is not a database): put a copy back, or move the directory away to start afresh, or use another one with --data-dir.`,
  );
});

test('a database that ends too early is named, with the way out', () => {
  const path = freshDirectory();
  withRow(openState(path)).close();
  const file = join(path, 'runtime.db');
  truncateSync(file, 4096);
  expect(refusal(path)).toMatch(
    /^The state in .*runtime\.db is damaged \(.+\): put a copy back, or move the directory/,
  );
});

test('a database of another format is refused', () => {
  const path = freshDirectory();
  const state = openState(path);
  state.database.define('PRAGMA user_version = 99');
  state.close();
  expect(refusal(path)).toBe(
    `The state in ${path} has format 99, and this Storygate reads format 1: move the directory away to start afresh, or use another one with --data-dir.`,
  );
});

test.each([0, 1, 7])('a database of another program, of its version %i, is refused and left as it was', (version) => {
  const path = freshDirectory();
  const file = join(path, 'runtime.db');
  const other = new DatabaseSync(file);
  other.exec(`CREATE TABLE photos (a); PRAGMA user_version = ${version}`);
  other.close();
  const before = readFileSync(file);
  expect(refusal(path)).toBe(
    `The database ${file} is another program's (it has photos): move the directory away to start afresh, or use another one with --data-dir.`,
  );
  expect(readFileSync(file)).toEqual(before);
});

test('a database of the first versions, which bear no mark, is taken', () => {
  const path = freshDirectory();
  const older = new DatabaseSync(join(path, 'runtime.db'));
  older.exec('CREATE TABLE sfn_executions (a); PRAGMA user_version = 1');
  older.close();
  expect(refusal(path)).toBe('none');
});

test('what stands where the contents of objects belong is refused', () => {
  const path = freshDirectory();
  writeFileSync(join(path, 'objects'), '');
  expect(refusal(path)).toMatch(/^The directory .* cannot be used \(EEXIST: .*objects'\): repair that, or use another/);
});

test('a place where no directory can be made is refused', () => {
  expect(refusal('/proc/storygate')).toMatch(/^The directory \/proc\/storygate cannot be used \(ENOENT: .*\): repair/);
});

test('a path that is no directory is refused', () => {
  const file = join(freshDirectory(), 'file');
  writeFileSync(file, '');
  expect(refusal(file)).toMatch(/^The directory .*file cannot be used \(EEXIST: .*\): repair that, or use another one/);
});
