import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startInProcess } from '../../support/in-process-runtime.ts';
import { temporaryDirectory } from '../gateway/running-gateway.ts';

/** SQLite's unless a program asks for another. */
const PAGE = 4096;

const directory = temporaryDirectory();
const clean = join(directory.path, 'clean', 'runtime.db');
let parts: { name: string; rootpage: number }[] = [];
/** The first page holds the schema, the others belong to `parts`. */
let pages = 0;

beforeAll(async () => {
  const runtime = await startInProcess({ dataDir: join(directory.path, 'clean') });
  await runtime.stop();
  const database = new DatabaseSync(clean);
  const rows = database.prepare('SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 0').all();
  parts = rows.map(({ name, rootpage }) => ({ name: String(name), rootpage: Number(rootpage) }));
  pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count']);
  database.close();
}, 60_000);
afterAll(() => directory.remove());

/** A data directory of which one page of the database is noise. */
function damagedAt(name: string, page: number): string {
  const path = join(directory.path, name);
  mkdirSync(path);
  const file = join(path, 'runtime.db');
  copyFileSync(clean, file);
  const content = readFileSync(file);
  content.fill('noise', (page - 1) * PAGE, page * PAGE);
  writeFileSync(file, content);
  return path;
}

/** Starts a runtime in each directory, one after the other; the process ends by itself or the test runs out of time. */
async function startsIn(paths: readonly string[]): Promise<{ messages: string[]; code: number }> {
  const script = `
    import { startRuntime } from './local/runtime.ts';
    import { SystemClock } from './local/clock.ts';
    const messages = [];
    for (const dataDir of ${JSON.stringify(paths)})
      await startRuntime({ assembly: 'cdk.out', clock: new SystemClock(), port: 0, dataDir }).then(
        async (runtime) => { await runtime.close(); messages.push('started'); },
        (error) => messages.push(error.name + ': ' + error.message),
      );
    console.log(JSON.stringify(messages));`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const ended = once(child, 'exit');
  const messages = JSON.parse(await text(child.stdout));
  const [code] = await ended;
  return { messages, code };
}

test('damage to the first page of any table or index is told with the file and the way out, and the process ends', async () => {
  expect(parts.map(({ name }) => name)).toEqual(expect.arrayContaining(['sfn_executions', 'sqs_queues', 's3_buckets']));
  const paths = parts.map(({ name, rootpage }) => damagedAt(name, rootpage));
  const { messages, code } = await startsIn(paths);
  expect(messages).toEqual(
    parts.map(
      ({ name }, index) =>
        `DataDirectoryError: The state in ${join(paths[index] ?? '', 'runtime.db')} is damaged (the first page of ${name} cannot be read): put a copy back, or move the directory away to start afresh, or use another one with --data-dir.`,
    ),
  );
  expect(code).toBe(0);
}, 60_000);

test('damage further in is told by the file and the way out wherever the start meets it', async () => {
  const roots = new Set(parts.map(({ rootpage }) => rootpage));
  const others = Array.from({ length: pages - 1 }, (_, index) => index + 2).filter((page) => !roots.has(page));
  const paths = others.map((page) => damagedAt(`page-${page}`, page));
  const { messages, code } = await startsIn(paths);
  const refused = (path: string) => `DataDirectoryError: The state in ${join(path, 'runtime.db')} is damaged (`;
  const unexplained = messages.filter(
    (message, index) => message !== 'started' && !message.startsWith(refused(paths[index] ?? '')),
  );
  expect(unexplained).toEqual([]);
  expect(messages.some((message) => message !== 'started')).toBe(true);
  expect(code).toBe(0);
}, 60_000);
