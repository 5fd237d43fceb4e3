import { describe, expect, test } from '@jest/globals';
import type { BusEvent, RuleTarget } from '../../../local/events/rule.ts';
import { targetInput } from '../../../local/events/target-input.ts';
import { isPath, valueAt } from '../../../local/events/target-path.ts';

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
  detail: {
    bucket: { name: 'box' },
    size: 5,
    quote: 'say "hi"',
    list: [{ k: 'one' }, { other: 1 }, { k: 'say "hi"' }],
  },
};

/** Events may be late: this one came an hour after its time. */
const received = { event, receivedAt: Date.parse('2026-03-01T01:00:00.500Z') };

function inputOf(target: Partial<RuleTarget>): string {
  return targetInput(rule, { id: 't', arn: 'arn:aws:sqs:us-east-1:000000000000:q', ...target }, received);
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
    const inputTransformer = {
      inputPaths: { name: '$.detail.bucket.name' },
      template: '"Bucket <name> \\"<name>\\" <x"',
    };

    expect(inputOf({ inputTransformer })).toBe('"Bucket box \\"box\\" <x"');
  });

  test.each([
    ['an object as a text without its own quotes', '"Detail is <o>"', '"Detail is {name:box}"'],
    ['the same inside JSON', '{"a":"<o>","b":<o>}', '{"a":"{name:box}","b":{"name":"box"}}'],
    ['what a wildcard finds', '{"a":<keys>,"b":<none>}', '{"a":["one","say \\"hi\\""],"b":[]}'],
    ['the same as a text', '"<keys>"', '"[one,say \\"hi\\"]"'],
    ['JSON without space between its parts', '{\n "a" : <o>,\n "b": "1 \t 2" }\n', '{"a":{"name":"box"},"b":"1 \t 2"}'],
    ['lines of text as they are', '"one <size>"\n"two"', '"one 5"\n"two"'],
    ['when the event came', '{"at":<aws.events.event.ingestion-time>}', '{"at":"2026-03-01T01:00:00Z"}'],
  ])('%s', (_, template, text) => {
    const inputPaths = {
      o: '$.detail.bucket',
      keys: '$.detail.list[*].k',
      none: '$.detail.list[*].none',
      size: '$.detail.size',
    };

    expect(inputOf({ inputTransformer: { inputPaths, template } })).toBe(text);
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
  ['$.detail.size.more', undefined],
  ['$.resources.length', undefined],
  ['$.detail.bucket.*', ['box']],
  ['$.detail.list[*].k', ['one', 'say "hi"']],
  ['$.detail.size[*]', []],
  ['$.detail.none[*].k', undefined],
])('the path %s', (path, value) => {
  expect(valueAt(event, path)).toEqual(value);
});

test.each([
  'detail',
  '',
  '$["detail"]["s"]',
  "$.detail['a b']",
  '$..k',
  '$.',
  '$.detail.',
  '$.list[-1]',
  '$.list[?(@.k)]',
  '$x',
])('%j is no path for EventBridge', (path) => {
  expect(isPath(path)).toBe(false);
});
