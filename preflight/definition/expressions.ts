import jsonata from 'jsonata';
import type { JsonPath } from '../json-source.ts';
import { type Reference, referencesIn } from './expression-references.ts';
import { isObject, type Machine, type StateNode } from './machine.ts';
import { substitute } from './placeholders.ts';

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

/** All expressions of the machine's JSONata states, placeholders filled. */
export function expressionsOf(machine: Machine, substitutions: ReadonlyMap<string, string>): Expression[] {
  return machine.states
    .filter(({ language }) => language === 'JSONata')
    .flatMap((state) =>
      stringsOf(state.node, state.path, NESTED).flatMap(({ text, path }) => {
        const body = /^\{%([\s\S]*)%\}$/.exec(text)?.[1];
        return body === undefined ? [] : [read(state, path, body, substitutions)];
      }),
    );
}

/** Strings that begin an expression and do not end it: Step Functions takes them as text. */
export function unclosedExpressions(machine: Machine): { path: JsonPath }[] {
  return machine.states
    .filter(({ language }) => language === 'JSONata')
    .flatMap((state) => stringsOf(state.node, state.path, NESTED))
    .filter(({ text }) => /^\s*\{%/.test(text) !== /%\}\s*$/.test(text) || /^\s+\{%|%\}\s+$/.test(text));
}

function stringsOf(value: unknown, path: JsonPath, skip?: ReadonlySet<string>): { text: string; path: JsonPath }[] {
  if (typeof value === 'string') return [{ text: value, path }];
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => stringsOf(item, [...path, index]));
  if (!isObject(value)) return [];
  return Object.entries(value)
    .filter(([key]) => !skip?.has(key) && !(skip && PLAIN.has(key)) && key !== 'ErrorEquals')
    .flatMap(([key, item]) => stringsOf(item, [...path, key]));
}

function read(state: StateNode, path: JsonPath, body: string, substitutions: ReadonlyMap<string, string>): Expression {
  const filled = substitute(body, substitutions);
  const text = filled.trim();
  const lead = filled.indexOf(text);
  const placeholder = body.indexOf('${');
  const offset = (inExpression: number): number | undefined => {
    const inBody = lead + inExpression;
    return placeholder >= 0 && inBody > placeholder && filled !== body ? undefined : '{%'.length + inBody;
  };
  try {
    return { state, path, references: referencesIn(jsonata(text).ast()), syntaxError: undefined, offset };
  } catch (error) {
    const { message, position, token } = syntaxError(error);
    return {
      state,
      path,
      references: [],
      syntaxError: { message, offset: Math.max(0, position - token.length) },
      offset,
    };
  }
}

/** jsonata throws plain objects. */
function syntaxError(error: unknown): { message: string; position: number; token: string } {
  const { message, position, token } = Object(error);
  return {
    message: String(message),
    position: typeof position === 'number' ? position : 0,
    token: typeof token === 'string' && token !== '(end)' ? token : '',
  };
}
