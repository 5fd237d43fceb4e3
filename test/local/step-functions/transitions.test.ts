import { describe, expect, test } from '@jest/globals';
import { check, machine, messages } from './problems.ts';

describe('transitions', () => {
  test('a machine without an end, where nothing is unreachable for that', () => {
    const definition = machine({
      A: { Type: 'Pass', Next: 'B' },
      B: { Type: 'Pass', Next: 'A' },
      C: { Type: 'Pass', Next: 'A' },
    });
    expect(check(definition)).toEqual(['4: Workflow has no terminal state']);
  });

  test('targets of Choice, Default and Catch', () => {
    const definition = machine({
      A: { Type: 'Choice', Choices: [{ Condition: true, Next: 'X' }], Default: 'Y' },
      B: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Catch: [{ ErrorEquals: ['E'], Next: 'Z' }],
        End: true,
      },
    });
    expect(messages(definition)).toEqual([
      "Missing 'Next' target: Y",
      "Missing 'Next' target: X",
      "Missing 'Next' target: Z",
      'State "B" is not reachable.',
    ]);
  });

  test('a wrong target is not followed by what the states behind it miss', () => {
    const inner = { StartAt: 'In', States: { In: { Type: 'Pass', Output: '{% $x %}', End: true } } };
    const definition = machine({
      A: { Type: 'Pass', Assign: { x: 1 }, Next: 'Wrong' },
      B: { Type: 'Pass', Output: '{% $x %}', Next: 'C' },
      C: { Type: 'Map', Items: '{% $x %}', ItemProcessor: inner, End: true },
    });
    expect(messages(definition)).toEqual([
      "Missing 'Next' target: Wrong",
      'State "B" is not reachable.',
      'State "C" is not reachable.',
    ]);
  });

  test('a branch leads to its own states only', () => {
    const branch = { StartAt: 'Inner', States: { Inner: { Type: 'Pass', Next: 'After' } } };
    const definition = machine({
      P: { Type: 'Parallel', Branches: [branch], Next: 'After' },
      After: { Type: 'Succeed' },
    });
    expect(messages(definition)).toEqual(["Missing 'Next' target: After"]);
  });

  test('one name in two branches, and twice in one object', () => {
    const inner = { StartAt: 'Same', States: { Same: { Type: 'Succeed' } } };
    const definition = machine({ P: { Type: 'Parallel', Branches: [inner, inner], End: true } });
    expect(messages(definition)).toEqual(['Duplicate State name: Same']);
    const twice = '{"StartAt":"A","States":{\n"A":{"Type":"Succeed"},\n"A":{"Type":"Succeed"}}}';
    expect(check(twice)).toEqual(['3: Duplicate State name: A']);
  });
});
