import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { physicalId, physicalName, physicalUuid } from '../../../local/provision/physical-name.ts';

describe('physical names', () => {
  test('are readable and the same in every run', () => {
    expect(physicalName('shop-dev', 'Queue', { maxLength: 80 })).toBe('shop-dev-Queue-156f5c71');
    expect(physicalName('shop-dev', 'Bucket', { maxLength: 63, lowerCase: true })).toMatch(
      /^shop-dev-bucket-[a-f0-9]{8}$/,
    );
    expect(physicalName('shop-dev', 'Queue', { maxLength: 80, suffix: '.fifo' })).toMatch(
      /^shop-dev-Queue-\w{8}\.fifo$/,
    );
  });

  test('stay within the limit and differ, however long their parts are', () => {
    const part = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,120}$/);
    fc.assert(
      fc.property(part, part, part, (stack, one, other) => {
        const name = (id: string) => physicalName(stack, id, { maxLength: 63 });
        return name(one).length <= 63 && (one === other) === (name(one) === name(other));
      }),
    );
  });

  test('ids have the form of their services', () => {
    expect(physicalId('shop-dev', 'Api', 10)).toMatch(/^[a-z0-9]{10}$/);
    expect(physicalUuid('shop-dev', 'Mapping')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});
