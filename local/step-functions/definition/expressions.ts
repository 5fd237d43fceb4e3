import type { JsonPath } from '../../json-source.ts';
import { isObject, type Json } from '../json.ts';
import { compile, expressionIn } from '../language/expression.ts';
import { type Reference, referencesIn } from '../language/references.ts';
import type { MachineNode, StateNode } from './machine.ts';
import { type Substitutions, substitute } from './placeholders.ts';

/** Fields that hold no expressions: names, other states, and what is fixed when the machine is created. */
const PLAIN = new Set(['Type', 'Comment', 'QueryLanguage', 'Resource', 'Next', 'End', 'Default', 'ErrorEquals']);
const NESTED = new Set(['Branches', 'ItemProcessor', 'Iterator']);

/** One `{% … %}` of a state. */
export interface Expression {
  state: StateNode;
  path: JsonPath;
  /** What it reads; empty when it does not parse. */
  references: readonly Reference[];
  syntaxError: { message: string; offset: number } | undefined;
  /** From an offset in the expression to one in the string at `path`; undefined when a placeholder shifted it. */
  offset(inExpression: number): number | undefined;
}

/** A string of a JSONata state that may be an expression. */
export interface Text {
  state: StateNode;
  text: string;
  path: JsonPath;
}

/** All strings of the machine's JSONata states in which `{% … %}` would be evaluated. */
export function textsOf({ states }: MachineNode): Text[] {
  return states
    .filter(({ language }) => language === 'JSONata')
    .flatMap((state) =>
      Object.entries(state.node)
        .filter(([field]) => !NESTED.has(field) && !PLAIN.has(field))
        .flatMap(([field, value]) => stringsOf(value, [...state.path, field]))
        .map((found) => ({ ...found, state })),
    );
}

function stringsOf(value: Json, path: JsonPath): { text: string; path: JsonPath }[] {
  if (typeof value === 'string') return [{ text: value, path }];
  if (Array.isArray(value)) return value.flatMap((item, index) => stringsOf(item, [...path, index]));
  if (!isObject(value)) return [];
  return Object.entries(value)
    .filter(([key]) => key !== 'ErrorEquals')
    .flatMap(([key, item]) => stringsOf(item, [...path, key]));
}

/** Reads the expression in a string, placeholders filled; undefined when there is none. */
export function readExpression({ state, text, path }: Text, substitutions: Substitutions): Expression | undefined {
  const filled = substitute(text, substitutions);
  const expression = expressionIn(filled);
  if (expression === undefined) return undefined;
  const start = filled.indexOf(expression, '{%'.length);
  const placeholder = filled === text ? Number.POSITIVE_INFINITY : text.indexOf('${');
  const offset = (inExpression: number): number | undefined =>
    start + inExpression > placeholder ? undefined : start + inExpression;
  try {
    return { state, path, references: referencesIn(compile(expression).ast()), syntaxError: undefined, offset };
  } catch (error) {
    return { state, path, references: [], syntaxError: syntaxError(error), offset };
  }
}

/** jsonata throws plain objects; Step Functions shows their message without the code. */
function syntaxError(error: unknown): { message: string; offset: number } {
  const { message, position, token } = Object(error);
  const length = typeof token === 'string' && token !== '(end)' ? token.length : 0;
  return { message: String(message), offset: Math.max(0, (typeof position === 'number' ? position : 0) - length) };
}
