import type { JsonPath } from '../../json-source.ts';
import { FUNCTION_NAMES } from '../language/function-names.ts';
import type { Reference } from '../language/references.ts';
import { type Expression, readExpression, type Text, textsOf } from './expressions.ts';
import type { MachineNode } from './machine.ts';
import type { Substitutions } from './placeholders.ts';
import { type Problem, schemaProblem } from './problem.ts';
import { reachableStates } from './transitions.ts';
import { variablesAt } from './variables.ts';

/** States whose work has a result. */
const WITH_RESULT = new Set(['Task', 'Parallel', 'Map']);

/** JSONata: syntax, what `$states` has where, variables and functions. */
export function checkExpressions(machine: MachineNode, substitutions: Substitutions): Problem[] {
  const variables = variablesAt(machine);
  const reachable = reachableStates(machine);
  const texts = textsOf(machine);
  return [
    ...texts.flatMap(unclosed),
    ...texts.flatMap((text) => {
      const expression = readExpression(text, substitutions);
      // Of a state that nothing leads to, nobody knows what is assigned there.
      return expression ? check(expression, reachable.has(text.state) ? variables.get(text.state) : undefined) : [];
    }),
  ];
}

/** One end without the other is refused; with space around both, the service takes it as text. */
function unclosed({ text, path }: Text): Problem[] {
  if (text.startsWith('{%') !== text.endsWith('%}'))
    return [
      schemaProblem('JSONata string must start with {% and end with %}', path, 'write both ends, without spaces'),
    ];
  if (!/^\s+\{%|%\}\s+$/.test(text)) return [];
  return [
    {
      rule: 'unclosed-expression',
      message: 'The string is no JSONata expression: it must start with {% and end with %}',
      path,
      fix: 'with spaces around it, Step Functions takes it as text',
    },
  ];
}

function check(expression: Expression, variables: ReadonlySet<string> | undefined): Problem[] {
  const { path, syntaxError } = expression;
  const at = (offset: number): Pick<Problem, 'path' | 'offset'> => {
    const inString = expression.offset(offset);
    return { path, ...(inString !== undefined && { offset: inString }) };
  };
  if (syntaxError) {
    const { message, offset } = syntaxError;
    const fix = 'the expression does not parse here';
    return [{ rule: 'invalid-jsonata-expression', message, ...at(offset), fix }];
  }
  return expression.references.flatMap((reference) => {
    const found = judge(reference, expression, variables);
    return found ? [{ ...found, ...at(reference.offset) }] : [];
  });
}

type Judgement = Pick<Problem, 'rule' | 'message' | 'fix'>;

function judge(
  reference: Reference,
  expression: Expression,
  variables: ReadonlySet<string> | undefined,
): Judgement | undefined {
  switch (reference.kind) {
    case 'root':
      return unsupported("Reference to '$$' is not supported.", 'use $states.input');
    case 'context':
      return context(reference.name);
    case 'newOperator':
      return newOperator(reference.operator);
    case 'states':
      return member(reference.member, expression);
    case 'call':
      return FUNCTION_NAMES.has(reference.name) ? undefined : unknownFunction(reference.name);
    case 'variable':
      return !variables || variables.has(reference.name) || FUNCTION_NAMES.has(reference.name)
        ? undefined
        : unknownVariable(reference.name, variables);
  }
}

function unsupported(message: string, fix: string): Judgement {
  return { rule: 'unsupported-jsonata-expression', message, fix };
}

function context(name: string): Judgement {
  const fix = name === '$' ? 'use $states.input' : `write $states.input.${name} or $${name}`;
  return unsupported(`Reference to '${name}' at the top level is not supported.`, fix);
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
  const inState = path.slice(state.path.length);
  const allowed = ['input', 'context', ...membersIn(state.type, inState)];
  if (name === undefined || allowed.includes(name)) return undefined;
  const there = allowed.map((known) => `$states.${known}`).join(', ');
  return unsupported(
    `Field '$states.${name}' does not exist.`,
    `in ${String(inState[0])} of a ${state.type} state there are ${there}`,
  );
}

function membersIn(type: string, [field, , inCatch]: JsonPath): string[] {
  if (field === 'Catch') return inCatch === 'Output' || inCatch === 'Assign' ? ['errorOutput'] : [];
  return WITH_RESULT.has(type) && (field === 'Output' || field === 'Assign') ? ['result'] : [];
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
