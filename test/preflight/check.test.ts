import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ASL, BrokenApp, propertiesOf, TEMPLATE } from './broken-app.ts';

let app: BrokenApp;
beforeAll(async () => {
  app = await BrokenApp.create();
}, 60_000);
afterAll(() => app.remove());

function check() {
  const { status, stderr } = spawnSync(process.execPath, ['preflight/check.ts', join(app.directory, 'cdk.out')], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return { status, lines: stderr.split('\n').filter((line) => line !== '') };
}

test('a sound app passes, in less than 3 s', () => {
  const start = performance.now();
  expect(check()).toEqual({ status: 0, lines: [] });
  expect(performance.now() - start).toBeLessThan(3_000);
});

test('one line a finding, and failure', () => {
  app.editAsl('"Next": "WriteResultsToS3"', '"Next": "WriteOutputsToS3"');
  const line = app.lineOf(ASL, '"Next": "WriteOutputsToS3"');
  const { status, lines } = check();
  expect(status).toBe(1);
  expect(lines.map((text) => text.replace(/ \(.*\)$/, ''))).toContain(
    `${ASL}:${line}  Missing 'Next' target: WriteOutputsToS3`,
  );
  app.restore();
});

test('properties that CloudFormation does not know', () => {
  app.editTemplate((template) => {
    const queue = propertiesOf(template, 'CallbackRelayQueue', 'AWS::SQS::Queue');
    queue['VisibilityTimeOut'] = 30;
    propertiesOf(template, 'WorkflowStartUploads', 'AWS::Events::Rule')['Targets'] = 'none';
  });
  const { status, lines } = check();
  expect(status).toBe(1);
  const at = (text: string) => `${TEMPLATE}:${app.lineOf(TEMPLATE, text)}`;
  const shown = lines.map((text) => text.replace(/ \(.*\)$/, ''));
  expect(shown).toContain(`${at('"VisibilityTimeOut"')}  Encountered unsupported property VisibilityTimeOut`);
  expect(shown).toContain(`${at('"Targets": "none"')}  Value of property Targets must be of type List`);
  app.restore();
});

test('no assembly', () => {
  const { status, stderr } = spawnSync(process.execPath, ['preflight/check.ts', '/nowhere'], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toBe('no cloud assembly in /nowhere; run `npm run synth`\n');
});
