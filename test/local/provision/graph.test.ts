// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of templates and policies look like that
import { describe, expect, test } from '@jest/globals';
import { templateSchema } from '../../../local/assembly/template.ts';
import { creationOrder } from '../../../local/provision/graph.ts';

function order(resources: Record<string, object>): string[] {
  const typed = Object.entries(resources).map(([id, rest]) => [id, { Type: 'AWS::SQS::Queue', ...rest }]);
  const { Resources } = templateSchema.parse({ Resources: Object.fromEntries(typed) });
  return creationOrder(Resources, new Set(Object.keys(Resources)));
}

describe('the order of creation', () => {
  test('follows DependsOn, Ref, GetAtt and Sub; otherwise the template', () => {
    expect(
      order({
        A: { DependsOn: ['B'] },
        B: { Properties: { x: [{ 'Fn::GetAtt': ['C', 'Arn'] }] } },
        C: { Properties: { x: { 'Fn::Sub': ['${D.Arn} ${own}', { own: { Ref: 'E' } }] } } },
        D: {},
        E: { DependsOn: 'D' },
        F: { Properties: { x: { Ref: 'AWS::Region' } } },
      }),
    ).toEqual(['D', 'E', 'C', 'B', 'A', 'F']);
  });

  test('a circle is named', () => {
    const circle = { A: { DependsOn: 'B' }, B: { Properties: { x: { Ref: 'C' } } }, C: { DependsOn: ['A'] } };
    expect(() => order(circle)).toThrow('Circular dependency between resources: [A, B, C]');
  });

  test('a dependency on nothing is named', () => {
    expect(() => order({ A: { DependsOn: 'Z' } })).toThrow('A: DependsOn names Z, which is not in the template');
  });
});
