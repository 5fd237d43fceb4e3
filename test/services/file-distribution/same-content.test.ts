import { expect, test } from '@jest/globals';
import { compareContent } from '../../../services/file-distribution/same-content.ts';

const MD5 = '"900150983cd24fb0d6963f7d28e17f72"';
const OTHER_MD5 = '"d41d8cd98f00b204e9800998ecf8427e"';
const content = { size: 3, etag: MD5, checksums: {}, opaqueEtag: false };

test.each([
  ['the same ETag', {}, 'same'],
  ['another size', { size: 4 }, 'different'],
  ['another MD5', { etag: OTHER_MD5 }, 'different'],
  ['an ETag over parts', { etag: '"900150983cd24fb0d6963f7d28e17f72-2"' }, 'unknown'],
  ['an encrypted object', { opaqueEtag: true, etag: OTHER_MD5 }, 'unknown'],
] as const)('%s: %s', (_what, change, result) => {
  expect(compareContent(content, { ...content, ...change })).toBe(result);
});

test.each([
  ['equal checksums in other parts', { CRC32: 'AAAAAA==' }, { CRC32: 'AAAAAA==' }, 'same'],
  ['other checksums', { CRC32: 'AAAAAA==' }, { CRC32: 'AAAAAQ==' }, 'different'],
  ['no common algorithm', { CRC32: 'AAAAAA==' }, { SHA1: 'x' }, 'unknown'],
  ['a checksum over parts and one over all', { CRC32: 'AAAAAA==-2' }, { CRC32: 'AAAAAA==' }, 'unknown'],
  ['other checksums over parts', { CRC32: 'AAAAAA==-2' }, { CRC32: 'AAAAAQ==-2' }, 'unknown'],
  ['equal checksums over parts', { CRC32: 'AAAAAA==-2' }, { CRC32: 'AAAAAA==-2' }, 'same'],
  ['one algorithm equal, another not', { CRC32: 'AAAAAA==', SHA1: 'x' }, { CRC32: 'AAAAAA==', SHA1: 'y' }, 'different'],
] as const)('%s: %s', (_what, checksums, others, result) => {
  const opaque = { ...content, opaqueEtag: true };
  expect(compareContent({ ...opaque, checksums }, { ...opaque, checksums: others })).toBe(result);
});
