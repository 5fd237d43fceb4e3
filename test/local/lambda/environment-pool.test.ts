import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Compute, startCompute } from './local-compute.ts';

let local: Compute;

beforeAll(async () => {
  local = await startCompute();
});

afterAll(() => local.stop());

/** How many environments answered so many invocations at once. */
async function environments(name: string, invocations: number): Promise<number> {
  const answers = await Promise.all(Array.from({ length: invocations }, () => local.invoke(name)));
  return new Set(answers.map(({ result }) => result)).size;
}

test('short invocations that come at once share an environment', async () => {
  local.deploy('short', 'export const handler = async () => process.env.AWS_LAMBDA_LOG_STREAM_NAME;');

  expect(await environments('short', 6)).toBe(1);
});

test('an invocation that would wait for long gets an environment of its own', async () => {
  const here = mkdtempSync(join(tmpdir(), 'storygate-both-'));
  // Each waits for the other, which one environment could not do.
  local.deploy(
    'long',
    `import { readdirSync, writeFileSync } from 'node:fs';
    const here = ${JSON.stringify(here)};
    export const handler = async () => {
      const name = process.env.AWS_LAMBDA_LOG_STREAM_NAME;
      writeFileSync(here + '/' + name.slice(-32), '');
      while (readdirSync(here).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
      return name;
    };`,
    { timeoutSeconds: 20 },
  );

  expect(await environments('long', 2)).toBe(2);
  rmSync(here, { recursive: true });
});

test('an environment that dies makes room for who waits', async () => {
  local.deploy(
    'mortal',
    'export const handler = async (event) => (event.die ? process.exit(1) : process.env.AWS_LAMBDA_LOG_STREAM_NAME);',
  );
  const invoked = [{ die: true }, {}, {}].map((event) => local.invoke('mortal', event));

  const [died, ...others] = await Promise.all(invoked);

  expect(died?.result).toMatchObject({ errorType: 'Runtime.ExitError' });
  expect(new Set(others.map(({ result }) => result)).size).toBe(1);
});
