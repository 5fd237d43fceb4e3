import type { JsonPath } from '../../json-source.ts';
import { isObject, type JsonObject } from '../json.ts';
import { missing } from './fields.ts';
import type { MachineNode, StateNode } from './machine.ts';
import { emptyValue, type Problem, schemaProblem, wrongType } from './problem.ts';
import { RULE_SELECTORS } from './state-fields.ts';

/** The rules of Choice states. */
export function checkChoices({ states }: MachineNode): Problem[] {
  return states.filter(({ type }) => type === 'Choice').flatMap(ofState);
}

function ofState({ node, path }: StateNode): Problem[] {
  const { Choices: rules, Default: otherwise } = node;
  const at = [...path, 'Choices'];
  const problems =
    otherwise === undefined || typeof otherwise === 'string' ? [] : [wrongType('STRING', [...path, 'Default'])];
  if (rules === undefined) return problems;
  if (!Array.isArray(rules)) return [...problems, wrongType('ARRAY', at)];
  if (rules.length === 0) return [...problems, emptyValue(at, 'add a rule')];
  return [
    ...problems,
    ...rules.flatMap((rule, index) =>
      isObject(rule) ? ofRule(rule, [...at, index]) : [wrongType('OBJECT', [...at, index])],
    ),
  ];
}

function ofRule(rule: JsonObject, path: JsonPath): Problem[] {
  const { Next: next, Condition: condition } = rule;
  const selectors = RULE_SELECTORS.filter((field) => rule[field] !== undefined);
  const single = `The object must have only one of the following fields, [${RULE_SELECTORS.join(', ')}]`;
  const isCondition = condition === undefined || ['boolean', 'string'].includes(typeof condition);
  return [
    ...(selectors.length === 1 ? [] : [schemaProblem(single, path, 'give the rule one Condition')]),
    ...(isCondition ? [] : [wrongType('BOOLEAN', [...path, 'Condition'])]),
    ...missing(rule, ['Next'], path),
    ...(next === undefined || typeof next === 'string' ? [] : [wrongType('STRING', [...path, 'Next'])]),
  ];
}
