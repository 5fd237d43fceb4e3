import { evaluateCondition } from './conditions.ts';
import { ProvisionError } from './provision-error.ts';
import { attributeOf, isObject, SUB_VARIABLE } from './references.ts';
import { NO_VALUE, pseudoParameter, type Scope } from './scope.ts';

/**
 * Replaces every intrinsic function of a template value by what it stands for.
 * @throws ProvisionError naming the function and what is wrong with it
 */
export function resolve(value: unknown, scope: Scope): unknown {
  const resolved = resolveValue(value, scope);
  return resolved === NO_VALUE ? undefined : resolved;
}

/** Functions by their key in the template. */
const FUNCTIONS: Readonly<Record<string, (argument: unknown, scope: Scope) => unknown>> = {
  Ref: (name, scope) => reference(String(name), scope),
  'Fn::GetAtt': (argument, scope) => getAtt(argument, scope),
  'Fn::Join': (argument, scope) => {
    const [separator, items] = pair('Fn::Join', argument);
    return listAt('Fn::Join', items, scope).map(text).join(String(separator));
  },
  'Fn::Sub': (argument, scope) => sub(argument, scope),
  'Fn::Select': (argument, scope) => select(argument, scope),
  'Fn::Split': (argument, scope) => {
    const [separator, source] = pair('Fn::Split', argument);
    return text(resolveValue(source, scope)).split(String(separator));
  },
  'Fn::If': (argument, scope) => {
    const [condition, yes, no] = Array.isArray(argument) ? argument : [];
    return resolveValue(evaluateCondition(String(condition), scope) ? yes : no, scope);
  },
  'Fn::FindInMap': (argument, scope) => findInMap(argument, scope),
  'Fn::ImportValue': (argument, scope) => importValue(text(resolveValue(argument, scope)), scope),
  'Fn::Base64': (argument, scope) => Buffer.from(text(resolveValue(argument, scope))).toString('base64'),
  'Fn::GetAZs': () => ['us-east-1a', 'us-east-1b', 'us-east-1c'],
};

export function resolveValue(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, scope)).filter((item) => item !== NO_VALUE);
  if (!isObject(value)) return value;
  const [[key, argument] = ['', undefined], ...others] = Object.entries(value);
  if (others.length === 0 && isFunction(key)) {
    const run = FUNCTIONS[key];
    if (!run) throw new ProvisionError(`${key} is not supported; add it to local/provision/intrinsics.ts`);
    return run(argument, scope);
  }
  const entries = Object.entries(value).map(([name, inner]): [string, unknown] => [name, resolveValue(inner, scope)]);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== NO_VALUE));
}

function isFunction(key: string): boolean {
  return key === 'Ref' || key.startsWith('Fn::');
}

function reference(name: string, scope: Scope): unknown {
  const value = scope.resources.get(name)?.id ?? scope.parameters.get(name) ?? pseudoParameter(name, scope);
  if (value === undefined) throw new ProvisionError(`Ref: there is no resource or parameter ${name}`);
  return value;
}

function getAtt(argument: unknown, scope: Scope): unknown {
  const { logicalId, attribute: expression } = attributeOf(argument);
  const attribute = text(resolveValue(expression, scope));
  const resource = scope.resources.get(logicalId);
  if (!resource) throw new ProvisionError(`Fn::GetAtt: there is no resource ${logicalId}`);
  const value = resource.attributes[attribute];
  if (value !== undefined) return value;
  const type = scope.template.Resources[logicalId]?.Type;
  throw new ProvisionError(`Fn::GetAtt: ${logicalId} (${type}) has no attribute ${attribute} here`);
}

function sub(argument: unknown, scope: Scope): string {
  const [source, own] = Array.isArray(argument) ? argument : [argument];
  const variables = isObject(own) ? own : {};
  const replaced = String(source).replace(SUB_VARIABLE, (_, name: string) => {
    if (Object.hasOwn(variables, name)) return text(resolveValue(variables[name], scope));
    return text(name.includes('.') ? getAtt(name, scope) : reference(name, scope));
  });
  return replaced.replaceAll('${!', '${');
}

function select(argument: unknown, scope: Scope): unknown {
  const [index, items] = pair('Fn::Select', argument);
  const list = listAt('Fn::Select', items, scope);
  const position = Number(text(resolveValue(index, scope)));
  const item = list[position];
  if (item === undefined)
    throw new ProvisionError(`Fn::Select cannot select nonexistent value at index ${position} of ${list.length}`);
  return item;
}

function findInMap(argument: unknown, scope: Scope): unknown {
  const [map, top, second] = listAt('Fn::FindInMap', argument, scope).map(text);
  const value = scope.template.Mappings[map ?? '']?.[top ?? '']?.[second ?? ''];
  if (value === undefined) throw new ProvisionError(`Fn::FindInMap: there is no ${map}.${top}.${second}`);
  return value;
}

function importValue(name: string, scope: Scope): string {
  const value = scope.exports.get(name);
  if (value === undefined) throw new ProvisionError(`Fn::ImportValue: no stack exports ${name}`);
  return value;
}

function pair(name: string, argument: unknown): [unknown, unknown] {
  if (!Array.isArray(argument) || argument.length !== 2) throw new ProvisionError(`${name} takes two arguments`);
  return [argument[0], argument[1]];
}

function listAt(name: string, value: unknown, scope: Scope): unknown[] {
  const resolved = resolveValue(value, scope);
  if (!Array.isArray(resolved)) throw new ProvisionError(`${name} takes a list`);
  return resolved;
}

function text(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new ProvisionError(`${JSON.stringify(value) ?? String(value)} stands where a text is needed`);
}
