import { describe, expect, test } from '@jest/globals';
import { partRanges, planCopy } from '../../../services/file-distribution/copy-plan.ts';
import type { StoredObject } from '../../../services/file-distribution/stored-object.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const LIMITS = { thresholdBytes: 5 * GIB, partBytes: 256 * MIB };
const noParts = () => Promise.reject(new Error('not asked for'));

function object(more: Partial<StoredObject>): StoredObject {
  return {
    address: { bucket: 'b', key: 'k' },
    size: 1,
    etag: '"900150983cd24fb0d6963f7d28e17f72"',
    checksums: {},
    opaqueEtag: false,
    properties: {
      CacheControl: undefined,
      ContentDisposition: undefined,
      ContentEncoding: undefined,
      ContentLanguage: undefined,
      ContentType: undefined,
      Expires: undefined,
      Metadata: {},
    },
    tagCount: 0,
    ...more,
  };
}

describe('the plan of a copy', () => {
  test('is one call up to 5 GiB', async () => {
    expect(await planCopy(object({ size: 5 * GIB }), LIMITS, noParts)).toEqual({ kind: 'whole' });
  });

  test('is parts above, with the checksum that the source has over all of it', async () => {
    const size = 5 * GIB + 1;
    const plan = (checksums: StoredObject['checksums']) => planCopy(object({ size, checksums }), LIMITS, noParts);
    const parts = { kind: 'parts', partBytes: 268_435_456 };
    expect(await plan({ CRC64NVME: 'AAAAAAAAAAA=' })).toEqual({
      ...parts,
      checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT' },
    });
    expect(await plan({ CRC32: 'AAAAAA==' })).toMatchObject({ checksum: { algorithm: 'CRC32', type: 'FULL_OBJECT' } });
    expect(await plan({})).toMatchObject({ checksum: { algorithm: 'CRC64NVME' } });
  });

  test('has larger parts where there would be more than 10,000', async () => {
    const plan = await planCopy(object({ size: 5 * 1024 * GIB }), LIMITS, noParts);
    expect(plan).toMatchObject({ kind: 'parts', partBytes: 525 * MIB });
    expect(partRanges(5 * 1024 * GIB, 525 * MIB)).toHaveLength(9987);
  });

  describe('of an object that has only a checksum over its parts', () => {
    const uploaded = object({
      size: 20 * MIB,
      etag: '"900150983cd24fb0d6963f7d28e17f72-3"',
      checksums: { CRC32: 'AAAAAA==-3' },
    });

    test('is the same parts', async () => {
      expect(await planCopy(uploaded, LIMITS, async () => 8 * MIB)).toEqual({
        kind: 'parts',
        partBytes: 8 * MIB,
        checksum: { algorithm: 'CRC32', type: 'COMPOSITE' },
      });
    });

    test('is the same parts without a checksum where it has but an ETag', async () => {
      const plan = await planCopy({ ...uploaded, checksums: {} }, LIMITS, async () => 8 * MIB);
      expect(plan).toEqual({ kind: 'parts', partBytes: 8 * MIB, checksum: undefined });
    });

    test('is one call when the parts are of different sizes', async () => {
      expect(await planCopy(uploaded, LIMITS, async () => 5 * MIB)).toEqual({ kind: 'whole' });
    });
  });

  test('needs no parts for an object that has a checksum over all of it beside', async () => {
    const etag = '"900150983cd24fb0d6963f7d28e17f72-3"';
    const plan = await planCopy(
      object({ size: 20 * MIB, etag, checksums: { CRC64NVME: 'AAAAAAAAAAA=' } }),
      LIMITS,
      noParts,
    );
    expect(plan).toEqual({ kind: 'whole' });
  });
});

test('the ranges of the parts cover the object', () => {
  expect(partRanges(11, 5)).toEqual(['bytes=0-4', 'bytes=5-9', 'bytes=10-10']);
  expect(partRanges(10, 5)).toEqual(['bytes=0-4', 'bytes=5-9']);
});
