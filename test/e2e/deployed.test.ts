import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LocalRuntime, startLocalRuntime } from '../support/local-runtime.ts';

const jest = fileURLToPath(new URL('../../node_modules/jest/bin/jest.js', import.meta.url));

let runtime: LocalRuntime;
beforeAll(async () => {
  runtime = await startLocalRuntime({ args: ['--stack', 'storygate-dev-message-record'] });
}, 60_000);
afterAll(() => runtime?.stop());

/** Any account would do: this one is on this machine, and the suite that runs against it knows nothing but its endpoint. */
test('the suites of npm run test:aws run against whatever the environment of the SDK names', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--experimental-vm-modules', jest, '--testTimeout', '60000', 'test/e2e/message-record.test.ts'],
    {
      env: {
        PATH: process.env['PATH'],
        STORYGATE_TEST_TARGET: 'aws',
        AWS_ENDPOINT_URL: runtime.endpoint,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'any',
        AWS_SECRET_ACCESS_KEY: 'any',
      },
    },
  );
  expect(stdout).toContain('5 passed, 0 failed, 0 skipped');
}, 60_000);
