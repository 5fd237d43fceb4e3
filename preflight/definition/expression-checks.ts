import type { JsonPath } from '../json-source.ts';
import type { Reference } from './expression-references.ts';
import { type Expression, expressionsOf, unclosedExpressions } from './expressions.ts';
import { FUNCTION_NAMES } from './jsonata-functions.ts';
import { elements, isObject, type Machine, type StateNode } from './machine.ts';
import type { Problem } from './problem.ts';
import { assignedBy, variablesAt } from './variables.ts';

/** States whose work has a result. */
const WITH_RESULT = new Set(['Task', 'Parallel', 'Map']);

/** JSONata: syntax, what `$states` has where, variables, functions, and names of variables. */
export function checkExpressions(machine: Machine, substitutions: ReadonlyMap<string, string>): Problem[] {
  const variables = variablesAt(machine);
  return [
    ...unclosedExpressions(machine).map(({ path }) => unclosed(path)),
    ...expressionsOf(machine, substitutions).flatMap((expression) =>
      check(expression, variables.get(expression.state) ?? new Set()),
    ),
    ...machine.states.flatMap(assignedNames),
  ];
}

function check(expression: Expression, variables: ReadonlySet<string>): Problem[] {
  const { path, syntaxError } = expression;
  const at = (offset: number) => {
    const inString = expression.offset(offset);
    return { path, ...(inString !== undefined && { offset: inString }) };
  };
  if (syntaxError)
    return [
      {
        rule: 'invalid-jsonata-expression',
        message: syntaxError.message,
        ...at(syntaxError.offset),
        fix: 'the expression does not parse here',
      },
    ];
  return expression.references.flatMap((reference) => {
    const found = judge(reference, expression, variables);
    return found ? [{ ...found, ...at(reference.offset) }] : [];
  });
}

type Judgement = Pick<Problem, 'rule' | 'message' | 'fix'>;

function judge(reference: Reference, expression: Expression, variables: ReadonlySet<string>): Judgement | undefined {
  const unsupported = 'unsupported-jsonata-expression';
  switch (reference.kind) {
    case 'root':
      return { rule: unsupported, message: "Reference to '$$' is not supported.", fix: 'use $states.input' };
    case 'context':
      return {
        rule: unsupported,
        message: `Reference to '${reference.name}' at the top level is not supported.`,
        fix:
          reference.name === '$' ? 'use $states.input' : `write $states.input.${reference.name} or $${reference.name}`,
      };
    case 'newOperator':
      return newOperator(reference.operator);
    case 'states':
      return member(reference.member, expression);
    case 'call':
      return FUNCTION_NAMES.has(reference.name) ? undefined : unknownFunction(reference.name);
    default:
      return variables.has(reference.name) || FUNCTION_NAMES.has(reference.name)
        ? undefined
        : unknownVariable(reference.name, variables);
  }
}

/** In the words of JSONata 2.0.6's parser. */
function newOperator(operator: '?:' | '??'): Judgement {
  return {
    rule: 'invalid-jsonata-expression',
    message: `The symbol "${operator.charAt(1)}" cannot be used as a unary operator`,
    fix: `Step Functions runs JSONata 2.0.6, which has no ${operator}; write $exists(a) ? a : b`,
  };
}

function member(name: string | undefined, { state, path }: Expression): Judgement | undefined {
  const [field, , inCatch] = path.slice(state.path.length);
  const allowed = ['input', 'context'];
  if ((field === 'Output' || field === 'Assign') && WITH_RESULT.has(state.type)) allowed.push('result');
  if (field === 'Catch' && (inCatch === 'Output' || inCatch === 'Assign')) allowed.push('errorOutput');
  if (name === undefined || allowed.includes(name)) return undefined;
  return {
    rule: 'unsupported-jsonata-expression',
    message: `Field '$states.${name}' does not exist.`,
    fix: `in ${String(field)} of a ${state.type} state there are ${allowed.map((known) => `$states.${known}`).join(', ')}`,
  };
}

function unknownFunction(name: string): Judgement {
  const fix =
    name === 'eval'
      ? 'Step Functions has no $eval; use $parse for JSON'
      : 'it is none of JSONata, and none of Step Functions';
  return { rule: 'unknown-function', message: `Attempted to invoke a non-function: $${name}`, fix };
}

function unknownVariable(name: string, variables: ReadonlySet<string>): Judgement {
  return {
    rule: 'unknown-variable',
    message: `The variable $${name} is assigned on no path to this state`,
    fix: `assigned here are: ${[...variables].map((known) => `$${known}`).join(', ') || 'none'}`,
  };
}

function unclosed(path: JsonPath): Problem {
  return {
    rule: 'unclosed-expression',
    message: 'The string is no JSONata expression: it must start with {% and end with %}',
    path,
    fix: 'without both ends, Step Functions takes it as text',
  };
}

function assignedNames({ node, path }: StateNode): Problem[] {
  const places: [unknown, JsonPath][] = [
    [node, path],
    ...['Catch', 'Choices'].flatMap((field) =>
      elements(node[field]).map(([index, entry]): [unknown, JsonPath] => [entry, [...path, field, index]]),
    ),
  ];
  return places.flatMap(([owner, at]) =>
    isObject(owner) ? assignedBy(owner).flatMap((name) => variableName(name, [...at, 'Assign', name])) : [],
  );
}

function variableName(name: string, path: JsonPath): Problem[] {
  if (name === 'states')
    return [
      {
        rule: 'reserved-variable-name',
        message: "Cannot assign to reserved variable '$states'.",
        path,
        fix: 'rename it',
      },
    ];
  if (/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name) && name.length <= 80) return [];
  return [
    {
      rule: 'invalid-variable-name',
      message: `Invalid variable name '${name}': the variable name contains invalid characters.`,
      path,
      fix: 'letters, digits and _, at most 80, first a letter',
    },
  ];
}
