import { describe, expect, test } from '@jest/globals';
import { isAuthentic } from '../../../services/ingest/authenticate.ts';

const SECRET = "It's a Secret to Everybody";
const SIGNATURE = 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9';
const rawBody = Buffer.from('Hello World!');
const onlyCurrent = { current: SECRET, previous: '' };

describe('a signature', () => {
  test.each([
    ["GitHub's and Atlassian's published vector", SIGNATURE, true],
    ['upper-case digits', `sha256=${SIGNATURE.slice(7).toUpperCase()}`, true],
    ['another method', SIGNATURE.replace('sha256', 'sha1'), false],
    ['no method', SIGNATURE.slice(7), false],
    ['a method that createHmac would not know', SIGNATURE.replace('sha256', 'constructor'), false],
    ['too short', SIGNATURE.slice(0, -2), false],
    ['too long', `${SIGNATURE}00`, false],
    ['no hexadecimal', SIGNATURE.replace('a4', 'zz'), false],
    ['one digit wrong', SIGNATURE.replace('a4', 'a5'), false],
    ['empty', '', false],
  ])('%s', (_, signature, authentic) => {
    expect(isAuthentic({ signature, rawBody }, onlyCurrent)).toBe(authentic);
  });

  test('is over the bytes', () => {
    expect(isAuthentic({ signature: SIGNATURE, rawBody: Buffer.from('Hello World! ') }, onlyCurrent)).toBe(false);
  });

  test('with the previous secret counts during a rotation', () => {
    expect(isAuthentic({ signature: SIGNATURE, rawBody }, { current: 'new', previous: SECRET })).toBe(true);
  });

  test('made with an empty secret never counts', () => {
    const empty = 'sha256=c2ea634c993f050482b4e6243224087f7c23bdd3c07ab1a45e9a21c62fad994e';
    expect(isAuthentic({ signature: empty, rawBody }, { current: '', previous: '' })).toBe(false);
  });
});

describe('a bearer token', () => {
  test.each([
    ['the secret', `Bearer ${SECRET}`, true],
    ['the scheme in lower case', `bearer ${SECRET}`, true],
    ['a space more at the end', `Bearer ${SECRET} `, true],
    ['a part of the secret', `Bearer ${SECRET.slice(0, -1)}`, false],
    ['the secret without scheme', SECRET, false],
    ['another scheme', `Basic ${SECRET}`, false],
    ['nothing', 'Bearer ', false],
    ['empty', '', false],
  ])('%s', (_, authorization, authentic) => {
    expect(isAuthentic({ authorization, rawBody }, onlyCurrent)).toBe(authentic);
  });

  test('empty never counts, though the previous secret is', () => {
    expect(isAuthentic({ authorization: 'Bearer ', rawBody }, onlyCurrent)).toBe(false);
  });
});
