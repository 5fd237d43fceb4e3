import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { allow, type Compute, startCompute } from './local-compute.ts';

let local: Compute;

beforeAll(async () => {
  local = await startCompute();
});

afterAll(() => local.stop());

const CHATTY = `export const handler = async () => {
  console.log('hello %s', 'world');
  console.error(new Error('two\\nlines').message);
  process.stdout.write('{"raw":');
  process.stdout.write('true}\\n');
};`;

function linesOf(name: string): string[] {
  return local.log.filter(({ group }) => group === `/aws/lambda/${name}`).map(({ message }) => message);
}

test('what a function prints is framed by START, END and REPORT', async () => {
  local.deploy('chatty', CHATTY);

  await local.invoke('chatty');

  const id = '[0-9a-f-]{36}';
  expect(linesOf('chatty')).toEqual([
    expect.stringMatching(`^START RequestId: ${id} Version: \\$LATEST$`),
    expect.stringMatching(`^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\t${id}\tINFO\thello world$`),
    expect.stringMatching(`^\\S+\t${id}\tERROR\ttwo\nlines$`),
    '{"raw":true}',
    expect.stringMatching(`^END RequestId: ${id}$`),
    expect.stringMatching(
      `^REPORT RequestId: ${id}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tMax Memory Used: \\d+ MB\tInit Duration: [\\d.]+ ms\t$`,
    ),
  ]);
});

test('an environment writes one stream', async () => {
  local.deploy('stream', CHATTY);

  await local.invoke('stream');
  await local.invoke('stream');

  const streams = local.log.filter(({ group }) => group === '/aws/lambda/stream').map(({ stream }) => stream);
  expect(new Set(streams).size).toBe(1);
});

test('in JSON when the function says so, from its log level on', async () => {
  local.deploy('json', "export const handler = async () => { console.info('low'); console.warn('high'); };", {
    logFormat: 'JSON',
    applicationLogLevel: 'WARN',
    logGroup: '/aws/lambda/json',
  });

  await local.invoke('json');

  expect(linesOf('json').map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ type: 'platform.start', record: expect.objectContaining({ version: '$LATEST' }) }),
    expect.objectContaining({ level: 'WARN', message: 'high', requestId: expect.any(String) }),
    expect.objectContaining({ type: 'platform.report', record: expect.objectContaining({ status: 'success' }) }),
  ]);
});

test('errors are logged with their stack', async () => {
  local.deploy('broken', "export const handler = async () => { throw new RangeError('too far'); };");

  await local.invoke('broken');

  expect(linesOf('broken')).toContainEqual(
    expect.stringMatching(
      /\tERROR\tInvoke Error \t {"errorType":"RangeError","errorMessage":"too far","stack":\["RangeError: too far"/,
    ),
  );
});

test('output is lost without permission to write it', async () => {
  local.deploy('mute', CHATTY);
  allow(local.iam, ['sqs:*']);

  await local.invoke('mute');

  expect(linesOf('mute')).toEqual([]);
  allow(local.iam, ['logs:*', 'sqs:*']);
});
