import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const root = new URL('../../', import.meta.url);
const threats = readFileSync(new URL('SECURITY.md', root), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| **'));

test('every threat names tests that are there', () => {
  expect(threats.length).toBeGreaterThan(10);
  for (const threat of threats) {
    const tests = [...threat.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path);
    expect([threat, tests.length]).not.toEqual([threat, 0]);
    expect(tests.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
  }
});
