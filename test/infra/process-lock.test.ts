import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { exclusively, removeDead } from '../../infra/process-lock.ts';

/** Above the highest process id that Linux gives out, 2^22. */
const NOBODY = 99_999_999;

let file: string;
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'storygate-lock-')), 'deep', 'synth.lock');
});

test('one after the other', async () => {
  const steps: string[] = [];
  const work = (name: string) => async () => {
    steps.push(`${name} begins`);
    await new Promise((settle) => setImmediate(settle));
    steps.push(`${name} ends`);
  };

  await Promise.all([exclusively(file, work('first')), exclusively(file, work('second'))]);

  expect(steps).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
});

test('work that fails lets go of the lock', async () => {
  await expect(exclusively(file, () => Promise.reject(new Error('no luck')))).rejects.toThrow('no luck');

  expect(existsSync(file)).toBe(false);
});

test('the lock of a process that died goes, one that somebody has taken over meanwhile stays', async () => {
  await exclusively(file, async () => {});
  writeFileSync(file, String(NOBODY));
  removeDead(file);
  expect(readdirSync(dirname(file))).toEqual([]);

  writeFileSync(file, String(process.pid));
  removeDead(file);
  expect(readFileSync(file, 'utf8')).toBe(String(process.pid));
  expect(readdirSync(dirname(file))).toEqual(['synth.lock']);

  rmSync(file);
  removeDead(file);
  expect(readdirSync(dirname(file))).toEqual([]);
});

test('the lock of a process that died is taken over', async () => {
  await exclusively(file, async () => {});
  writeFileSync(file, String(NOBODY));

  expect(await exclusively(file, async () => 'done')).toBe('done');
});
