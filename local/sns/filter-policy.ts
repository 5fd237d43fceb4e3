import { isObject, parsePattern } from '../events/pattern-document.ts';
import { PatternFault } from '../events/pattern-fault.ts';
import { flattenPattern } from '../events/pattern-fields.ts';
import { isJson } from '../gateway/input.ts';

/** What SNS's filters do not have of EventBridge's patterns; operators that fauxqs evaluates take text. */
const TEXT_OPERATORS = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard', 'cidr'];
const EXCLUSIONS = ['prefix', 'suffix', 'wildcard'];

/**
 * Why SNS refuses a filter policy, in its words; undefined when it does not. SNS and EventBridge share their engine.
 * @param scope the subscription's `FilterPolicyScope`
 */
export function filterPolicyProblem(text: string, scope: string): string | undefined {
  try {
    const policy = parsePattern(text);
    if (Object.keys(policy).length === 0) return undefined; // lets everything through
    flattenPattern(policy);
    if (scope !== 'MessageBody' && Object.values(policy).some(isObject))
      return 'Filter policy scope MessageAttributes does not support nested filter policy';
    for (const condition of conditionsOf(policy)) checkOperators(condition);
    return undefined;
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    return `FilterPolicy: ${isJson(text) ? '' : 'failed to parse JSON. '}${error.message}`;
  }
}

/** The match expressions of a policy, at whatever depth. */
function conditionsOf(node: Readonly<Record<string, unknown>>): Record<string, unknown>[] {
  return Object.entries(node).flatMap(([name, value]) => {
    if (isObject(value)) return conditionsOf(value);
    const items = Array.isArray(value) ? value.filter(isObject) : [];
    return name === '$or' ? items.flatMap(conditionsOf) : items;
  });
}

function checkOperators(condition: Readonly<Record<string, unknown>>): void {
  const [[name = '', operand] = []] = Object.entries(condition);
  if (name === 'exactly') throw new PatternFault(`Unrecognized match type ${name}`);
  if (TEXT_OPERATORS.includes(name) && typeof operand !== 'string')
    throw new PatternFault(`${name} match pattern must be a string`);
  if (name !== 'anything-but' || !isObject(operand)) return;
  const [[excluded = '', text] = []] = Object.entries(operand);
  if (!EXCLUSIONS.includes(excluded)) throw new PatternFault(`Unsupported anything-but pattern: ${excluded}`);
  if (typeof text !== 'string') throw new PatternFault(`${excluded} match pattern must be a string`);
}
