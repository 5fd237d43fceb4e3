import { expect, test } from '@jest/globals';
import { planUpload, wantedFor } from '../../cli/distribution/plan.ts';
import type { Stack } from '../../cli/stack.ts';

const EU = 'builds-eu-000000000000-eu-west-1';
const ALL = 'builds-000000000000-eu-west-1';

/** A stack that sends `builds/eu/` to one bucket, `builds/` to another, and nothing else anywhere. */
const outputs: Record<string, string> = {
  DestinationBucketNames: `${EU},${ALL},partner-builds`,
  DestinationsByPrefix: JSON.stringify({ 'builds/eu/': [EU], 'builds/': [ALL] }),
};
const stack: Stack = {
  name: 'storygate-dev-file-distribution',
  outputs,
  output: (key) => outputs[key] ?? '',
  resources: async () => [],
};

test('an upload goes where the longest prefix of its key says', () => {
  expect(planUpload(stack, 'builds/eu/x.zip', undefined)).toEqual({ byUpload: [EU], further: [], unasked: [] });
  expect(planUpload(stack, 'builds/x.zip', undefined)).toEqual({ byUpload: [ALL], further: [], unasked: [] });
});

test('a bucket that the upload does not go to by itself gets a start of its own', () => {
  expect(planUpload(stack, 'x.zip', ['builds-eu'])).toEqual({ byUpload: [], further: [EU], unasked: [] });
  expect(planUpload(stack, 'builds/x.zip', ['builds', 'partner-builds', 'elsewhere'])).toEqual({
    byUpload: [ALL],
    further: ['partner-builds', 'elsewhere'],
    unasked: [],
  });
});

test('a bucket that only the configuration wants is asked about', () => {
  expect(planUpload(stack, 'builds/x.zip', ['builds-eu'])).toEqual({ byUpload: [ALL], further: [EU], unasked: [ALL] });
});

test('a base name means its own bucket and none that begins alike', () => {
  expect(wantedFor(stack, 'x.zip', ['builds', 'builds-eu', 'build', EU])).toEqual([ALL, EU, 'build', EU]);
});

test('a key that goes nowhere needs destinations', () => {
  expect(() => planUpload(stack, 'x.zip', undefined)).toThrow(
    'no destinations are configured for x.zip; name them with --to',
  );
});

test('a folder is no file', () => {
  expect(() => planUpload(stack, 'builds/', undefined)).toThrow(
    'builds/ is a folder and starts nothing; --key names the file in it',
  );
});
