import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compilePattern } from '../../../local/events/event-pattern.ts';
import { compileWildcard } from '../../../local/events/wildcard.ts';

const matches = (pattern: object, event: object) => compilePattern(JSON.stringify(pattern))(event);

describe('a field', () => {
  test.each([
    ['a literal', ['a', 1], 1, true],
    ['a number in another notation', [300], 3e2, true],
    ['not a number as text', [1], '1', false],
    ['true', [true], true, true],
    ['null', [null], null, true],
    ['an address in another notation', ['2001:db8::1'], '2001:0db8:0:0:0:0:0:1', true],
    ['prefix', [{ prefix: 'in' }], 'inputs/a', true],
    ['prefix in any case', [{ prefix: { 'equals-ignore-case': 'IN' } }], 'inputs/a', true],
    ['suffix', [{ suffix: '.json' }], 'a.json', true],
    ['suffix in any case', [{ suffix: { 'equals-ignore-case': '.JSON' } }], 'a.json', true],
    ['equals-ignore-case', [{ 'equals-ignore-case': 'Done' }], 'DONE', true],
    ['wildcard', [{ wildcard: 'a*c*' }], 'abc', true],
    ['wildcard that goes back', [{ wildcard: '*ab*ab' }], 'xabyabzab', true],
    ['wildcard without a match', [{ wildcard: 'a*c' }], 'abcd', false],
    ['an escaped wildcard', [{ wildcard: 'a\\*c' }], 'abc', false],
    ['anything-but', [{ 'anything-but': ['a', 'b'] }], 'c', true],
    ['anything-but of its type', [{ 'anything-but': [1] }], '1', true],
    ['anything-but prefix', [{ 'anything-but': { prefix: ['a', 'b'] } }], 'bc', false],
    ['anything-but suffix', [{ 'anything-but': { suffix: '.png' } }], 'a.jpg', true],
    ['anything-but wildcard', [{ 'anything-but': { wildcard: '*/lib/*' } }], 'a/lib/b', false],
    ['numeric range', [{ numeric: ['>', 0, '<=', 5] }], 5, true],
    ['numeric range without its bottom', [{ numeric: ['>', 0, '<=', 5] }], 0, false],
    ['cidr', [{ cidr: '10.0.0.0/24' }], '10.0.0.255', true],
    ['cidr elsewhere', [{ cidr: '10.0.0.0/24' }], '10.0.1.0', false],
    ['cidr of everything', [{ cidr: '0.0.0.0/0' }], '200.1.2.3', true],
    ['exists', [{ exists: true }], null, true],
    ['a value in an array', ['b'], ['a', 'b'], true],
    ['no object', ['a'], { a: 'a' }, false],
  ])('matches %s', (_, condition, value, expected) => {
    expect(matches({ field: condition }, { field: value })).toBe(expected);
  });

  test('that is absent, empty or no leaf', () => {
    const absent = { detail: { field: [{ exists: false }] } };

    expect(matches(absent, { detail: { other: 1 } })).toBe(true);
    expect(matches(absent, { detail: { field: [] } })).toBe(true);
    expect(matches(absent, { detail: { field: { inner: 1 } } })).toBe(true);
    expect(matches(absent, { detail: { field: null } })).toBe(false);
  });
});

describe('fields together', () => {
  test('must match in the same element of an array', () => {
    const pattern = { detail: { list: { a: [1], b: [2] } } };

    expect(matches(pattern, { detail: { list: [{ a: 1, b: 2 }] } })).toBe(true);
    expect(matches(pattern, { detail: { list: [{ a: 1 }, { b: 2 }] } })).toBe(false);
  });

  test('are alternatives inside $or, beside what must match anyway', () => {
    const pattern = { source: ['x'], $or: [{ a: [1] }, { b: [2], c: [3] }] };

    expect(matches(pattern, { source: 'x', a: 1 })).toBe(true);
    expect(matches(pattern, { source: 'x', b: 2, c: 3 })).toBe(true);
    expect(matches(pattern, { source: 'x', b: 2 })).toBe(false);
    expect(matches(pattern, { source: 'y', a: 1 })).toBe(false);
  });
});

describe('a field that is there twice', () => {
  const twice = (text: string, event: object) => compilePattern(text)(event);

  test('counts as written last', () => {
    expect(twice('{"source":["a"],"source":["b"]}', { source: 'b' })).toBe(true);
    expect(twice('{"source":["a"],"source":["b"]}', { source: 'a' })).toBe(false);
  });

  test('asks for the fields of both, where both are objects', () => {
    const pattern = '{"detail":{"a":[1],"b":[1]},"detail":{"b":[2]}}';

    expect(twice(pattern, { detail: { a: 1, b: 2 } })).toBe(true);
    expect(twice(pattern, { detail: { b: 2 } })).toBe(false);
    expect(twice(pattern, { detail: { a: 1, b: 1 } })).toBe(false);
  });
});

describe('wildcards', () => {
  const refused =
    'Event pattern is not valid. Reason: Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character';

  test.each([
    ['a path with repeated parts', [{ wildcard: '/Users/*/dir/dir/dir/dir/dir/doc.txt' }]],
    ['many of them with different letters between', [{ wildcard: '*a*b*c*d*e*f*' }]],
    ['a list inside anything-but', [{ 'anything-but': { wildcard: ['*/init/*', '*/dir/*', '*.png'] } }]],
    ['a repeated letter, few times', [{ wildcard: '*aaaaaa' }]],
    ['two that begin alike', [{ wildcard: 'arn:aws:*:queue' }, { wildcard: 'arn:aws:*:topic' }]],
  ])('may be %s', (_, condition) => {
    expect(() => compilePattern(JSON.stringify({ field: condition }))).not.toThrow();
  });

  test.each([
    ['one letter, many times', [{ wildcard: '*aaaaaaaaaaaaaaaa' }]],
    ['one letter between many wildcards', [{ wildcard: '*a*a*a*a*a*a*a*a*' }]],
    ['many that begin alike', ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => ({ wildcard: `*${letter}` }))],
    ['the same inside anything-but', [{ 'anything-but': { wildcard: '*a*a*a*a*a*a*a*a*' } }]],
  ])('are too complex with %s', (_, condition) => {
    expect(() => compilePattern(JSON.stringify({ field: condition }))).toThrow(
      expect.objectContaining({ code: 'InvalidEventPatternException', message: refused }),
    );
  });
});

describe('a pattern is refused', () => {
  test.each([
    ['[]', 'Filter is not an object'],
    ['{}', 'Empty objects are not allowed'],
    ['{"a":[]}', 'Empty arrays are not allowed'],
    ['{"a":"b"}', '"a" must be an object or an array'],
    ['{"a":[["b"]]}', 'Match value must be String, number, true, false, or null'],
    ['{"a":[{}]}', 'Match expression name not found'],
    ['{"a":[{"like":"b"}]}', 'Unrecognized match type like'],
    ['{"a":[{"prefix":"b","suffix":"c"}]}', 'Only one key allowed in match expression'],
    ['{"a":[{"prefix":{"suffix":"c"}}]}', 'Unsupported prefix pattern: suffix'],
    ['{"a":[{"exists":"yes"}]}', 'exists match pattern must be either true or false.'],
    ['{"a":[{"numeric":["=="]}]}', 'Unrecognized numeric range operator: =='],
    ['{"a":[{"numeric":[5]}]}', 'Invalid member in numeric match: 5'],
    ['{"a":[{"numeric":[1.0]}]}', 'Invalid member in numeric match: 1.0'],
    ['{"a":[{"numeric":[">",1,2.50]}]}', 'Bad value in numeric range: 2.50'],
    ['{"a":[{"numeric":["<",9007199254740993]}]}', 'Cannot compare number : 9007199254740993'],
    ['{"a":[{"numeric":["=",1e400]}]}', 'Cannot compare number : 1e400'],
    ['{"a":[{"numeric":[">",0,"<",0.10000000000000000001]}]}', 'Cannot compare number : 0.10000000000000000001'],
    ['{"a":[{"anything-but":9007199254740993}]}', 'Cannot compare number : 9007199254740993'],
    ['{"a":[{"anything-but":["x",-1e400]}]}', 'Cannot compare number : -1e400'],
    ['{"a":[{"prefix":"a","prefix":"b"}]}', 'Only one key allowed in match expression'],
    ['{"a":[{"prefix":1,"prefix":"b"}]}', 'prefix match pattern must be a string'],
    ['{"a":[{"exists":true,"exists":true}]}', 'Only one key allowed in match expression'],
    [
      '{"a":[{"suffix":{"equals-ignore-case":"a","equals-ignore-case":"b"}}]}',
      'Only one key allowed in match expression',
    ],
    ['{"a":[{"numeric":["=",1],"numeric":["=",1]}]}', 'Too many elements in numeric expression'],
    ['{"a":[{"anything-but":{"prefix":"a","prefix":"b"}}]}', 'Too many elements in numeric expression'],
    ['{"a":[{"numeric":[]}]}', 'Invalid member in numeric match: ]'],
    ['{"a":[{"numeric":["=","5"]}]}', 'Value of equals must be numeric'],
    ['{"a":[{"numeric":["<",5,">",1]}]}', 'Too many elements in numeric expression'],
    ['{"a":[{"numeric":[">",5,">",1]}]}', 'Bad numeric range operator: >'],
    ['{"a":[{"numeric":[">",5,"<",1]}]}', 'Bottom must be less than top'],
    ['{"a":[{"numeric":[">",1,"<",5,6]}]}', 'Too many terms in numeric range expression'],
    ['{"a":[{"anything-but":null}]}', 'Value of anything-but must be an array or single string/number value.'],
    [
      '{"a":[{"anything-but":[]}]}',
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    ],
    [
      '{"a":[{"anything-but":["a",1]}]}',
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    ],
    ['{"a":[{"anything-but":{"numeric":1}}]}', 'Unsupported anything-but pattern: numeric'],
    ['{"a":[{"anything-but":{"prefix":""}}]}', 'Null prefix/suffix not allowed'],
    ['{"a":[{"cidr":"10.0.0.0/32"}]}', 'IPv4 mask bits must be < 32'],
    ['{"a":[{"cidr":"10.0.0.0/-1"}]}', 'Malformed CIDR, mask bits must not be negative'],
    ['{"a":[{"wildcard":"a\\\\b"}]}', 'Invalid escape character at pos 2'],
    ['{"$or":{}}', 'It must be an Array followed with $or.'],
    ['{"$or":[{"a":[1]}]}', 'There must have at least 2 Objects in $or relationship.'],
    ['{"$or":[1,2]}', 'Only JSON object is allowed in array of $or relationship.'],
    ['{"$or":[{"prefix":["a"]},{"b":[1]}]}', 'prefix is Ruler reserved fieldName which cannot be used inside $or.'],
    [
      'nonsense',
      "Unrecognized token 'nonsense': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    ],
    ["{'a':[1]}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"],
    ['{"a" [1]}', "Unexpected character ('[' (code 91)): was expecting a colon to separate field name and value"],
    ['{"a":[1 2]}', "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries"],
    ['{"a":[1]', 'Unexpected end-of-input: expected close marker for Object'],
    ['{"a', 'Unexpected end-of-input in field name'],
  ])('%s', (text, reason) => {
    expect(() => compilePattern(text)).toThrow(
      expect.objectContaining({
        code: 'InvalidEventPatternException',
        message: `Event pattern is not valid. Reason: ${reason}`,
      }),
    );
  });
});

test.each([
  '0',
  '-0.0',
  '1.0',
  '1e2',
  '0.1',
  '-12.50E-3',
  '1e21',
  '1e-7',
  '9007199254740992',
  '1.7976931348623157e308',
])('the number %s can be compared', (number) => {
  const equal = compilePattern(`{"a":[{"numeric":["=",${number}]}]}`);

  expect(equal(JSON.parse(`{"a":${number}}`))).toBe(true);
});

describe('laws', () => {
  const name = fc.stringMatching(/^[a-z]{1,4}$/);
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/') });

  test('a pattern of its own values matches every event', () => {
    fc.assert(
      fc.property(fc.dictionary(name, scalar, { minKeys: 1 }), (event) => {
        const pattern = Object.fromEntries(Object.entries(event).map(([field, value]) => [field, [value]]));
        return matches(pattern, event);
      }),
    );
  });

  test('every number of a program can be compared', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (bound) =>
        matches({ field: [{ numeric: ['<=', bound] }] }, { field: bound }),
      ),
    );
  });

  test('anything-but is the opposite of the literal', () => {
    fc.assert(
      fc.property(fc.string(), scalar, (excluded, value) => {
        const pattern = { field: [{ 'anything-but': excluded }] };
        return matches(pattern, { field: value }) === (value !== excluded);
      }),
    );
  });

  test('a wildcard matches what the same regular expression matches', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), text, (parts, value) => {
        const kept = parts.filter((part, index) => part !== '' || index === 0 || index === parts.length - 1);
        fc.pre(!kept.join('*').includes('**'));
        const expected = new RegExp(`^${kept.join('.*')}$`).test(value);
        return compileWildcard(kept.join('*'))(value) === expected;
      }),
    );
  });

  test('$or is the or of its alternatives', () => {
    fc.assert(
      fc.property(fc.integer({ max: 2, min: 0 }), fc.integer({ max: 2, min: 0 }), (a, b) => {
        return matches({ $or: [{ a: [1] }, { b: [1] }] }, { a, b }) === (a === 1 || b === 1);
      }),
    );
  });
});
