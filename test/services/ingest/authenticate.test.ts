import { describe, expect, test } from '@jest/globals';
import { verifiedBy } from '../../../services/ingest/authenticate.ts';

const SECRET = "It's a Secret to Everybody";
const SIGNATURE = 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9';
const rawBody = Buffer.from('Hello World!');
const onlyCurrent = { current: SECRET, previous: '' };

describe('a signature', () => {
  test.each([
    ["GitHub's and Atlassian's published vector", SIGNATURE, 'current'],
    ['upper-case digits', `sha256=${SIGNATURE.slice(7).toUpperCase()}`, 'current'],
    ['another method', SIGNATURE.replace('sha256', 'sha1'), undefined],
    ['no method', SIGNATURE.slice(7), undefined],
    ['a method that createHmac would not know', SIGNATURE.replace('sha256', 'constructor'), undefined],
    ['too short', SIGNATURE.slice(0, -2), undefined],
    ['too long', `${SIGNATURE}00`, undefined],
    ['no hexadecimal', SIGNATURE.replace('a4', 'zz'), undefined],
    ['one digit wrong', SIGNATURE.replace('a4', 'a5'), undefined],
    ['empty', '', undefined],
  ])('%s', (_, signature, secret) => {
    expect(verifiedBy({ signature, rawBody }, onlyCurrent)).toBe(secret);
  });

  test('is over the bytes', () => {
    expect(verifiedBy({ signature: SIGNATURE, rawBody: Buffer.from('Hello World! ') }, onlyCurrent)).toBeUndefined();
  });

  test('with the previous secret counts during a rotation', () => {
    expect(verifiedBy({ signature: SIGNATURE, rawBody }, { current: 'new', previous: SECRET })).toBe('previous');
  });

  test('made with an empty secret never counts', () => {
    const empty = 'sha256=c2ea634c993f050482b4e6243224087f7c23bdd3c07ab1a45e9a21c62fad994e';
    expect(verifiedBy({ signature: empty, rawBody }, { current: '', previous: '' })).toBeUndefined();
  });
});

describe('a bearer token', () => {
  test.each([
    ['the secret', `Bearer ${SECRET}`, 'current'],
    ['the scheme in lower case', `bearer ${SECRET}`, 'current'],
    ['a space more at the end', `Bearer ${SECRET} `, 'current'],
    ['a part of the secret', `Bearer ${SECRET.slice(0, -1)}`, undefined],
    ['the secret without scheme', SECRET, undefined],
    ['another scheme', `Basic ${SECRET}`, undefined],
    ['nothing', 'Bearer ', undefined],
    ['empty', '', undefined],
  ])('%s', (_, authorization, secret) => {
    expect(verifiedBy({ authorization, rawBody }, onlyCurrent)).toBe(secret);
  });

  test('empty never counts, though the previous secret is', () => {
    expect(verifiedBy({ authorization: 'Bearer ', rawBody }, onlyCurrent)).toBeUndefined();
  });
});
