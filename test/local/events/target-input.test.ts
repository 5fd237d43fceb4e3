import { describe, expect, test } from '@jest/globals';
import type { BusEvent, RuleTarget } from '../../../local/events/rule.ts';
import { targetInput, valueAt } from '../../../local/events/target-input.ts';

const rule = { name: 'uploads', busName: 'default' };
const event: BusEvent = {
  version: '0',
  id: 'e-1',
  'detail-type': 'Object Created',
  source: 'aws.s3',
  account: '000000000000',
  time: '2026-03-01T00:00:00Z',
  region: 'us-east-1',
  resources: ['arn:aws:s3:::box'],
  detail: { bucket: { name: 'box' }, size: 5, quote: 'say "hi"', 'a b': true },
};

function inputOf(target: Partial<RuleTarget>): string {
  return targetInput(rule, { id: 't', arn: 'arn:aws:sqs:us-east-1:000000000000:q', ...target }, event);
}

describe('a target gets', () => {
  test('the event', () => {
    expect(JSON.parse(inputOf({}))).toEqual(event);
  });

  test('a constant', () => {
    expect(inputOf({ input: '{"a":1}' })).toBe('{"a":1}');
  });

  test('a part', () => {
    expect(inputOf({ inputPath: '$.detail.bucket' })).toBe('{"name":"box"}');
  });

  test('a template of JSON', () => {
    const inputTransformer = {
      inputPaths: {
        name: '$.detail.bucket.name',
        size: '$.detail.size',
        quote: '$.detail.quote',
        none: '$.detail.none',
      },
      template: '{"name":<name>,"text":"<name> has <size> <quote> <none>","bare":<none>,"rule":<aws.events.rule-name>}',
    };

    expect(JSON.parse(inputOf({ inputTransformer }))).toEqual({
      name: 'box',
      text: 'box has 5 say "hi" ',
      bare: null,
      rule: 'uploads',
    });
  });

  test('a template of text', () => {
    const inputTransformer = { inputPaths: { name: '$.detail.bucket.name' }, template: '"Bucket <name> <unknown>"' };

    expect(inputOf({ inputTransformer })).toBe('"Bucket box <unknown>"');
  });

  test('the whole event inside a template', () => {
    const inputTransformer = {
      inputPaths: {},
      template: '{"event":<aws.events.event.json>,"arn":<aws.events.rule-arn>}',
    };

    expect(JSON.parse(inputOf({ inputTransformer }))).toEqual({
      event,
      arn: 'arn:aws:events:us-east-1:000000000000:rule/uploads',
    });
  });
});

test.each([
  ['$', event],
  ['$.source', 'aws.s3'],
  ['$.detail-type', 'Object Created'],
  ['$.resources[0]', 'arn:aws:s3:::box'],
  ["$.detail['a b']", true],
  ['$.detail.size.more', undefined],
])('the path %s', (path, value) => {
  expect(valueAt(event, path)).toEqual(value);
});
