import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { fileFingerprint, sourceFingerprint } from '../../infra/fingerprint.ts';

let root: string;
beforeEach(() => {
  root = `${mkdtempSync(join(tmpdir(), 'storygate-sources-'))}/`;
  mkdirSync(`${root}services/ingest`, { recursive: true });
  writeFileSync(`${root}services/ingest/a.ts`, 'one');
  writeFileSync(`${root}services/ingest/b.ts`, 'two');
});

test('is the same as long as nothing changes', () => {
  expect(sourceFingerprint('dev', root)).toBe(sourceFingerprint('dev', root));
});

test.each([
  ['the content of a file', () => writeFileSync(`${root}services/ingest/a.ts`, 'One')],
  ['a new file', () => writeFileSync(`${root}services/ingest/c.ts`, '')],
  [
    'text that moves from one file to the next',
    () => {
      writeFileSync(`${root}services/ingest/a.ts`, 'onet');
      writeFileSync(`${root}services/ingest/b.ts`, 'wo');
    },
  ],
  ['the configuration', () => writeFileSync(`${root}storygate.config.json`, '{}')],
])('changes with %s', (_, change) => {
  const before = sourceFingerprint('dev', root);
  change();
  expect(sourceFingerprint('dev', root)).not.toBe(before);
});

test('changes with the stage, and not with what the templates are not made from', () => {
  const before = sourceFingerprint('dev', root);
  writeFileSync(`${root}README.md`, 'more');
  expect(sourceFingerprint('dev', root)).toBe(before);
  expect(sourceFingerprint('prod', root)).not.toBe(before);
});

test('a file that is not there has none', () => {
  expect(fileFingerprint(`${root}nowhere`)).toBe('');
});
