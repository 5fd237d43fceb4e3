import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
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
    'outputs',
    'notify',
    'start-distribution',
    'copy-file',
    'hello-world',
  ]);
  for (const bytes of Object.values(bundles)) expect(bytes).toBeLessThanOrEqual(400_000);
  expect(readdirSync(outDir)).toContain('storygate-prod-release-gate.template.json');
});

test('an assembly that something else has written is not taken for ours', async () => {
  const manifest = readFileSync(`${outDir}/manifest.json`, 'utf8');
  writeFileSync(`${outDir}/manifest.json`, `${manifest} `);

  const { reused } = await synthesize({ outDir, stage: 'prod', quiet: true });

  expect(reused).toBe(false);
  expect(readFileSync(`${outDir}/manifest.json`, 'utf8')).toBe(manifest); // the same sources, the same assembly
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
