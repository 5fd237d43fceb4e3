import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { secretReader } from '../../../services/shared/cached-secret.ts';
import { parseEnvironment, percent, required, seconds } from '../../../services/shared/environment.ts';
import { defaultProvider } from '../../../services/shared/environment-credentials.ts';
import { lazy } from '../../../services/shared/lazy.ts';
import { errorFacts } from '../../../services/shared/log.ts';
import { parseInput } from '../../../services/shared/parse.ts';
import { projectOf, StoryKey } from '../../../services/shared/story-key.ts';

const environment = { ...process.env };
afterEach(() => {
  process.env = { ...environment };
});

describe('the environment', () => {
  const Schema = z.object({ STORYGATE_NAME: required('a name'), STORYGATE_WAIT: seconds('how long') });

  test('is parsed', () => {
    Object.assign(process.env, { STORYGATE_NAME: 'n', STORYGATE_WAIT: '60' });
    expect(parseEnvironment(Schema)).toEqual({ STORYGATE_NAME: 'n', STORYGATE_WAIT: 60 });
  });

  test('is refused with every variable that is wrong', () => {
    Object.assign(process.env, { STORYGATE_WAIT: '-1' });
    expect(() => parseEnvironment(Schema)).toThrow(
      'environment of the function: STORYGATE_NAME is missing, expected a name; ' +
        'STORYGATE_WAIT is "-1", expected how long: a whole number of seconds, 0 or more',
    );
  });

  test.each(['0', '100', '7.5'])('has a share in percent, not %s', (share) => {
    const Share = z.object({ STORYGATE_SHARE: percent('the share') });
    Object.assign(process.env, { STORYGATE_SHARE: '75' });
    expect(parseEnvironment(Share)).toEqual({ STORYGATE_SHARE: 75 });
    Object.assign(process.env, { STORYGATE_SHARE: share });
    expect(() => parseEnvironment(Share)).toThrow(
      `STORYGATE_SHARE is "${share}", expected the share: a whole number of percent, 1 to 99`,
    );
  });

  test('has the key that the function signs with', async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key', AWS_SESSION_TOKEN: 'session' });
    expect(await defaultProvider()()).toEqual({ accessKeyId: 'id', secretAccessKey: 'key', sessionToken: 'session' });
    delete process.env['AWS_ACCESS_KEY_ID'];
    await expect(defaultProvider()()).rejects.toThrow('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set');
  });
});

describe('parsing', () => {
  test('names nested fields and cuts long values', () => {
    const schema = z.object({ a: z.array(z.object({ b: z.number('a number') })) });
    expect(() => parseInput(schema, { a: [{ b: 1 }, { b: 'x'.repeat(200) }] }, 'here')).toThrow(
      `here: a[1].b is "${'x'.repeat(99)}…, expected a number`,
    );
  });

  test('hides values where they may be secrets', () => {
    const schema = z.object({ token: z.number('a number') });
    expect(() => parseInput(schema, { token: 'hush' }, 'secret', { showValues: false })).toThrow(
      'secret: token is (hidden), expected a number',
    );
  });
});

test.each(['{"token": hush}', '{"token": 5}', undefined])(
  'a secret that is wrong (%s) is not shown',
  async (SecretString) => {
    const client = new SecretsManagerClient({ region: 'us-east-1' });
    client.middlewareStack.add(() => async () => ({ response: {}, output: { $metadata: {}, SecretString } }));
    const read = secretReader(client, 'arn:tokens', z.object({ token: z.string('a text') }));
    await expect(read()).rejects.toThrow(/^secret arn:tokens(: token is \(hidden\), expected a text| is not JSON)$/);
  },
);

describe('story keys', () => {
  test.each(['PROJ-1', 'A1-9', 'MY_PROJECT-12345', `A${'B'.repeat(254)}-1`])('%s', (key) => {
    expect(StoryKey.parse(key)).toBe(key);
  });

  test.each(['', 'PROJ', 'PROJ-', 'PROJ-0', 'PROJ-01', 'P-1', '1A-1', 'PROJ-1 ', 'PROJ-1\n', 'PRÖJ-1', '-1', null, 7])(
    'not %j',
    (key) => {
      expect(StoryKey.safeParse(key).success).toBe(false);
    },
  );

  test('are upper-cased, and know their project', () => {
    expect(projectOf(StoryKey.parse('my_project-7'))).toBe('MY_PROJECT');
  });
});

test('something lazy is built once, and again only after a failure', () => {
  let builds = 0;
  const value = lazy(() => {
    builds += 1;
    if (builds === 1) throw new Error('not yet');
    return builds;
  });
  expect(value).toThrow('not yet');
  expect([value(), value()]).toEqual([2, 2]);
});

test('the log says name and message of an error and its causes, nothing else', () => {
  const cause = Object.assign(new TypeError('inner'), { request: { headers: { authorization: 'Bearer x' } } });
  expect(errorFacts(new Error('outer', { cause }))).toEqual({
    error: 'Error',
    reason: 'outer',
    cause: { error: 'TypeError', reason: 'inner' },
  });
  expect(errorFacts('text')).toEqual({ error: 'text' });
});
