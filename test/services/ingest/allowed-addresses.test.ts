import { describe, expect, test } from '@jest/globals';
import { allowedAddresses } from '../../../services/ingest/allowed-addresses.ts';
import { CALLER, Webhook } from './webhook.ts';

describe('which addresses may call', () => {
  const isAllowed = allowedAddresses('203.0.113.0/24,2001:db8::/32,198.51.100.7/32');

  test.each([
    ['203.0.113.0', true],
    ['203.0.113.255', true],
    ['203.0.114.1', false],
    ['198.51.100.7', true],
    ['198.51.100.8', false],
    ['2001:db8:1::1', true],
    ['2001:db9::1', false],
    ['::ffff:203.0.113.9', true],
    ['', false],
    ['anywhere', false],
  ])('%s: %s', (address, allowed) => {
    expect(isAllowed(address)).toBe(allowed);
  });

  test('without a list, all', () => {
    expect(allowedAddresses('')('192.0.2.1')).toBe(true);
  });
});

test('a call from elsewhere is refused before its signature is looked at', async () => {
  const webhook = new Webhook({
    isAllowed: allowedAddresses('203.0.113.0/24'),
    secrets: {
      current: async () => {
        throw new Error('the secret must not be read');
      },
      refreshed: async () => undefined,
    },
  });
  const answer = await webhook.post({ jiraStoryId: 'PROJ-1', status: 'success' });
  expect(answer).toMatchObject({ status: 403, body: { detail: `calls from ${CALLER} are not expected here` } });
  expect(webhook.queued).toEqual([]);
  expect(webhook.counted).toEqual(['CallbackRefused']);
});
