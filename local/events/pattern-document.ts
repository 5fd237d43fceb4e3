import { type Node, parseTree } from 'jsonc-parser';
import { PatternFault } from './pattern-fault.ts';
import { jsonFault } from './pattern-json.ts';

type JsonObject = Record<string, unknown>;

/** Reads a pattern's JSON. A field that stands there twice is the last one, or, of objects, the fields of both. */
export function parsePattern(text: string): JsonObject {
  try {
    JSON.parse(text);
  } catch {
    throw new PatternFault(jsonFault(text));
  }
  const root = parseTree(text);
  const pattern = root && read(root);
  if (!isObject(pattern)) throw new PatternFault('Filter is not an object');
  return pattern;
}

function read({ type, children = [], value }: Node): unknown {
  if (type === 'array') return children.map(read);
  if (type !== 'object') return value;
  return children
    .map(({ children: [name, item] = [] }): JsonObject => Object.fromEntries([[name?.value, item && read(item)]]))
    .reduce(merged, {});
}

function merged(former: JsonObject, latter: JsonObject): JsonObject {
  const both = Object.entries(latter).map(([name, value]): [string, unknown] => {
    const before = Object.hasOwn(former, name) ? former[name] : undefined;
    return [name, isObject(before) && isObject(value) ? merged(before, value) : value];
  });
  return { ...former, ...Object.fromEntries(both) };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
