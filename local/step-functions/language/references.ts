import { isObject, type JsonObject } from '../json.ts';

/** What an expression reads from outside itself. */
export type Reference =
  /** `$name`: a workflow variable, or a function that is passed on. */
  | { kind: 'variable'; name: string; offset: number }
  /** `$name(…)` */
  | { kind: 'call'; name: string; offset: number }
  /** `$states.member`; undefined for `$states` as a whole. */
  | { kind: 'states'; member: string | undefined; offset: number }
  /** A bare name, or `$`: read from a context that Step Functions does not give. */
  | { kind: 'context'; name: string; offset: number }
  /** `$$` */
  | { kind: 'root'; offset: number }
  /** An operator that JSONata 2.0.6, Step Functions' version, does not have. */
  | { kind: 'newOperator'; operator: '?:' | '??'; offset: number };

/** Names that are bound around a place: lambda parameters, `:=`, `@$x`, `#$x`. */
type Bound = Set<string>;

/**
 * Every reference in the syntax tree of an expression.
 * @param tree what `jsonata(text).ast()` returns
 */
export function referencesIn(tree: unknown): Reference[] {
  const found: Reference[] = [];
  walk(tree, new Set(), true, found);
  return found;
}

/** @param top whether bare names are read from the context of the whole expression */
function walk(node: unknown, bound: Bound, top: boolean, found: Reference[]): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, bound, top, found);
    return;
  }
  if (!isObject(node)) return;
  const own = node['type'] === 'block' ? new Set(bound) : bound;
  const kind = WALKERS[String(node['type'])] ?? operands;
  kind(node, own, top, found);
  inner(node, own, found);
}

type Walker = (node: JsonObject, bound: Bound, top: boolean, found: Reference[]) => void;

/** By the type of a node of jsonata's syntax tree; the others only have operands. */
const WALKERS: Readonly<Record<string, Walker>> = {
  variable: (node, bound, top, found) => variable(node, undefined, bound, top, found),
  name: (node, _bound, top, found) => {
    if (top) found.push({ kind: 'context', name: String(node['value']), offset: start(node) });
  },
  path,
  function: call,
  partial: call,
  lambda,
  bind,
  condition,
  // What it changes comes from the value before it.
  transform: (node, bound, _top, found) => walk([node['pattern'], node['update'], node['delete']], bound, false, found),
};

function operands(node: JsonObject, bound: Bound, top: boolean, found: Reference[]): void {
  for (const key of ['lhs', 'rhs', 'expression', 'expressions']) walk(node[key], bound, top, found);
}

/** Predicates, filters, sort terms and groups: they run on a value that the part before them made. */
function inner(node: JsonObject, bound: Bound, found: Reference[]): void {
  for (const key of ['focus', 'index']) if (typeof node[key] === 'string') bound.add(node[key]);
  for (const stage of [...list(node['predicate']), ...list(node['stages']), ...list(node['terms'])]) {
    if (!isObject(stage)) continue;
    if (stage['type'] === 'index' && typeof stage['value'] === 'string') bound.add(stage['value']);
    walk([stage['expr'], stage['expression']], bound, false, found);
  }
  const group = node['group'];
  if (isObject(group)) walk(group['lhs'], bound, false, found);
}

function path(node: JsonObject, bound: Bound, top: boolean, found: Reference[]): void {
  const own = new Set(bound);
  const steps = list(node['steps']);
  const [first, second] = steps;
  if (isObject(first) && first['type'] === 'variable') {
    variable(first, memberOf(second), own, top, found);
    inner(first, own, found);
  } else walk(first, own, top, found);
  for (const step of steps.slice(1)) {
    if (isObject(step) && step['type'] === 'sort') inner(step, own, found);
    else walk(step, own, false, found);
  }
  for (const name of own) bound.add(name); // the path's own predicates and groups see what its steps bound
}

function memberOf(step: unknown): string | undefined {
  return isObject(step) && step['type'] === 'name' ? String(step['value']) : undefined;
}

function variable(node: JsonObject, member: string | undefined, bound: Bound, top: boolean, found: Reference[]): void {
  const name = String(node['value']);
  const offset = start(node);
  if (name === '$') found.push({ kind: 'root', offset });
  else if (name === '') {
    if (top) found.push({ kind: 'context', name: '$', offset });
  } else if (bound.has(name)) return;
  else if (name === 'states') found.push({ kind: 'states', member, offset });
  else found.push({ kind: 'variable', name, offset });
}

function call(node: JsonObject, bound: Bound, top: boolean, found: Reference[]): void {
  const procedure = node['procedure'];
  if (isObject(procedure) && procedure['type'] === 'variable') {
    const name = String(procedure['value']);
    if (!bound.has(name)) found.push({ kind: 'call', name, offset: start(procedure) });
  } else walk(procedure, bound, top, found);
  walk(node['arguments'], bound, top, found);
}

function lambda(node: JsonObject, bound: Bound, top: boolean, found: Reference[]): void {
  const parameters = list(node['arguments']).flatMap((parameter) =>
    isObject(parameter) ? [String(parameter['value'])] : [],
  );
  walk(node['body'], new Set([...bound, ...parameters]), top, found);
}

/** A function may call itself, so its name is known in its own body. */
function bind(node: JsonObject, bound: Bound, top: boolean, found: Reference[]): void {
  const target = node['lhs'];
  const name = isObject(target) ? String(target['value']) : '';
  const value = node['rhs'];
  if (isObject(value) && value['type'] === 'lambda') bound.add(name);
  walk(value, bound, top, found);
  bound.add(name);
}

/** jsonata reads `a ?: b` as `a ? a : b` and `a ?? b` as `$exists(a) ? a : b`. */
function condition(node: JsonObject, bound: Bound, top: boolean, found: Reference[]): void {
  const test = node['condition'];
  const elvis = JSON.stringify(test) === JSON.stringify(node['then']); // positions included
  const coalescing = isObject(test) && test['type'] === 'function' && test['position'] === undefined;
  const offset = Number(node['position'] ?? 2) - 2;
  if (elvis) found.push({ kind: 'newOperator', operator: '?:', offset });
  else if (coalescing) found.push({ kind: 'newOperator', operator: '??', offset });
  if (!elvis && !coalescing) walk(test, bound, top, found);
  walk([node['then'], node['else']], bound, top, found);
}

/** jsonata's positions are the end of a token. */
function start(node: JsonObject): number {
  const end = typeof node['position'] === 'number' ? node['position'] : 0;
  const length = String(node['value'] ?? '').length + (node['type'] === 'variable' ? 1 : 0);
  return Math.max(0, end - length);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
