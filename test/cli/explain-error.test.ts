import { expect, test } from '@jest/globals';
import { CliError } from '../../cli/errors.ts';
import { explain } from '../../cli/explain-error.ts';

/** An error as an SDK client throws it. */
function serviceError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, $metadata: {} });
}

test.each([
  ['CredentialsProviderError', 'Could not load credentials', 2, /sign in .* storygate dev/],
  ['ExpiredTokenException', 'expired', 2, /sign in/],
  ['AccessDeniedException', 'not authorized', 1, /UserRoleArn/],
  ['ThrottlingException', 'Rate exceeded', 2, /try again/],
  ['ExecutionDoesNotExist', 'no such execution', 3, /check the name/],
  ['NoSuchBucket', 'no such bucket', 3, /check the name/],
  ['InvalidName', 'bad name', 1, /--help/],
  ['ServiceUnavailable', 'down', 2, /try again/],
  ['SomethingNewException', 'new', 1, /SomethingNewException: new$/],
])('%s', (name, message, exitCode, text) => {
  const explained = explain(serviceError(name, message), 'AWS (eu-west-1)');
  expect(explained).toMatchObject({ exitCode, message: expect.stringMatching(text) });
  expect(explained?.message).toMatch(/^AWS \(eu-west-1\) says /);
});

test('a connection that is refused, wherever in the error it says so', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  const error = new TypeError('fetch failed', { cause: new AggregateError([refused]) });
  expect(explain(error)).toMatchObject({ exitCode: 2, message: expect.stringContaining('does not answer') });
});

test('no region', () => {
  expect(explain(new Error('Region is missing'))).toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('AWS_REGION'),
  });
});

test('an error that was made for people stays as it is', () => {
  const error = new CliError('do this', { exitCode: 3 });
  expect(explain(error)).toBe(error);
});

test('a multi-line message becomes one line', () => {
  expect(explain(serviceError('ValidationException', 'one\n  two'))?.message).toContain('one ⏎ two');
});

test('nothing is made up for what nobody foresaw', () => {
  expect(explain(new TypeError('undefined is not a function'))).toBeUndefined();
});
