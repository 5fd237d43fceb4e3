import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { BundleError, bundleFunctions, sizeTable } from '../../infra/bundle.ts';

let root: string;
beforeAll(() => {
  root = `${mkdtempSync(join(tmpdir(), 'storygate-bundle-'))}/`;
  mkdirSync(`${root}services`);
  writeFileSync(`${root}services/shared.ts`, 'export const greeting: string = "hello";');
  writeFileSync(
    `${root}services/greet.ts`,
    'import { createHash } from "node:crypto";\nimport { greeting } from "./shared.ts";\nexport const handler = async () => createHash("sha256").update(greeting).digest("hex");',
  );
  writeFileSync(
    `${root}services/broken.ts`,
    'import { nothing } from "./nowhere.ts";\nexport const handler = nothing;',
  );
});

const bundle = (entries: Record<string, string>, limitBytes = 400_000) =>
  bundleFunctions({ root, outDir: `${root}out`, entries, limitBytes });

test('a function becomes one module that stands alone', async () => {
  const sizes = await bundle({ greet: 'services/greet.ts' });

  const code = readFileSync(`${root}out/greet/index.mjs`);
  expect(readdirSync(`${root}out/greet`)).toEqual(['index.mjs']);
  expect(sizes).toEqual({ greet: code.length });
  const { handler } = await import(`${root}out/greet/index.mjs`);
  expect(await handler()).toBe('2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
});

test('the same sources make the same bundle', async () => {
  await bundle({ greet: 'services/greet.ts' });
  const first = readFileSync(`${root}out/greet/index.mjs`, 'utf8');
  await bundle({ greet: 'services/greet.ts' });
  expect(readFileSync(`${root}out/greet/index.mjs`, 'utf8')).toBe(first);
});

describe('what cannot be bundled is said in one line', () => {
  test('an entry that is not there', async () => {
    await expect(bundle({ greet: 'services/greet.ts', relay: 'services/relay.ts' })).rejects.toThrow(
      new BundleError('function relay: its entry services/relay.ts does not exist'),
    );
  });

  test('an import that leads nowhere', async () => {
    await expect(bundle({ broken: 'services/broken.ts' })).rejects.toThrow(
      /^services\/broken\.ts:1: Could not resolve "\.\/nowhere\.ts"$/,
    );
  });

  test('a bundle that is too large', async () => {
    await expect(bundle({ greet: 'services/greet.ts' }, 100)).rejects.toThrow(
      /^function greet: its bundle has 0\.\d KB, at most 0\.1 KB are allowed$/,
    );
  });
});

test('sizes are listed in KB', () => {
  expect(sizeTable({ relay: 312_345, 'start-workflow': 9_900 })).toBe(
    '  relay             312.3 KB\n  start-workflow      9.9 KB',
  );
});
