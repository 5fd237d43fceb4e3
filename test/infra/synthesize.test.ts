import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { keepFormerAssets } from '../../infra/former-assets.ts';
import { SynthesisError, synthesize } from '../../infra/synthesize.ts';

jest.setTimeout(120_000); // bundles, templates and all rules of cdk-nag, on a machine that runs other tests beside

let outDir: string;
beforeAll(async () => {
  outDir = mkdtempSync(join(tmpdir(), 'storygate-assembly-'));
  await synthesize({ outDir, stage: 'prod', quiet: true });
});
afterAll(() => rmSync(outDir, { recursive: true, force: true }));

test('prod passes every rule, and every function is at most 400 KB', async () => {
  const { reused, bundles } = await synthesize({ outDir, stage: 'prod', quiet: true });

  expect(reused).toBe(true);
  expect(Object.keys(bundles)).toEqual([
    'start-workflow',
    'jira-webhook',
    'store-task-token',
    'relay',
    'close-wait',
    'remind',
    'mock-apis',
    'rotate-webhook-secret',
    'rotate-api-tokens',
    'outputs',
    'notify',
    'start-distribution',
    'copy-file',
    'hello-world',
  ]);
  for (const bytes of Object.values(bundles)) expect(bytes).toBeLessThanOrEqual(400_000);
  expect(readdirSync(outDir)).toContain('storygate-prod-release-gate.template.json');
});

test('an assembly that something else has written is not taken for ours, and its functions stay startable', async () => {
  mkdirSync(`${outDir}/asset.changed-since`);
  writeFileSync(`${outDir}/asset.changed-since/index.mjs`, 'export const handler = 1;');
  const manifest = readFileSync(`${outDir}/manifest.json`, 'utf8');
  writeFileSync(`${outDir}/manifest.json`, `${manifest} `);

  const { reused } = await synthesize({ outDir, stage: 'prod', quiet: true });

  expect(reused).toBe(false);
  expect(readFileSync(`${outDir}/manifest.json`, 'utf8')).toBe(manifest); // the same sources, the same assembly
  expect(readFileSync(`${outDir}/asset.changed-since/index.mjs`, 'utf8')).toBe('export const handler = 1;');
});

test('code is kept for a week after it was replaced', () => {
  const [from, to] = [mkdtempSync(join(tmpdir(), 'storygate-from-')), mkdtempSync(join(tmpdir(), 'storygate-to-'))];
  const write = (directory: string, name: string, text: string) => {
    mkdirSync(join(directory, name));
    writeFileSync(join(directory, name, 'index.mjs'), text);
  };
  for (const name of ['asset.same', 'asset.now', 'asset.days', 'asset.weeks', 'else']) write(from, name, 'former');
  writeFileSync(join(from, 'asset.definition.json'), '{}');
  write(to, 'asset.same', 'new');
  const day = 24 * 60 * 60 * 1_000;

  expect(keepFormerAssets(from, to, { 'asset.days': 4 * day, 'asset.weeks': 2 * day }, 10 * day)).toEqual({
    'asset.now': 10 * day,
    'asset.days': 4 * day,
  });
  expect(readdirSync(to)).toEqual(['asset.days', 'asset.now', 'asset.same']);
  expect(readFileSync(join(to, 'asset.same', 'index.mjs'), 'utf8')).toBe('new');
  expect(readFileSync(join(to, 'asset.now', 'index.mjs'), 'utf8')).toBe('former');
  for (const directory of [from, to]) rmSync(directory, { recursive: true });
});

test('a stage that cannot be is refused in one line, and the assembly at hand stays', async () => {
  await expect(synthesize({ outDir, stage: 'Not A Stage', quiet: true })).rejects.toThrow(
    new SynthesisError(
      'storygate.config.json: stage is "Not A Stage", expected a stage name of at most 16 lower-case letters and digits, such as dev or prod',
    ),
  );
  expect(readdirSync(outDir)).toContain('storygate-prod-release-gate.template.json');
});

test('a directory that holds something else is left alone', async () => {
  const mine = mkdtempSync(join(tmpdir(), 'storygate-mine-'));
  writeFileSync(`${mine}/thesis.txt`, 'years of work');

  await expect(synthesize({ outDir: mine, quiet: true })).rejects.toThrow(/is not empty and holds no cloud assembly/);
  expect(readdirSync(mine)).toEqual(['thesis.txt']);
});
