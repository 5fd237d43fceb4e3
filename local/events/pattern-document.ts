import { type Node, parseTree } from 'jsonc-parser';
import { PatternFault } from './pattern-fault.ts';
import { jsonFault } from './pattern-json.ts';
import { PatternNumber } from './pattern-number.ts';

type JsonObject = Record<string, unknown>;

/** The entries of objects with repeated names: match expressions may have only one. */
const written = new WeakMap<JsonObject, [string, unknown][]>();

/**
 * Reads a pattern's JSON; its numbers are `PatternNumber`s. A field that stands there twice is the last one, or, of objects,
 * the fields of both.
 */
export function parsePattern(text: string): JsonObject {
  try {
    JSON.parse(text);
  } catch {
    throw new PatternFault(jsonFault(text));
  }
  const root = parseTree(text);
  const pattern = root && read(root, text);
  if (!isObject(pattern)) throw new PatternFault('Filter is not an object');
  return pattern;
}

function read(node: Node, text: string): unknown {
  const { type, children = [], offset, length, value } = node;
  if (type === 'array') return children.map((item) => read(item, text));
  if (type === 'number') return new PatternNumber(text.slice(offset, offset + length));
  return type === 'object' ? readObject(children, text) : value;
}

function readObject(properties: readonly Node[], text: string): JsonObject {
  const entries = properties.map(({ children: [name, item] = [] }): [string, unknown] => [
    name?.value,
    item && read(item, text),
  ]);
  const object = entries.map((entry): JsonObject => Object.fromEntries([entry])).reduce(merged, {});
  if (Object.keys(object).length < entries.length) written.set(object, entries);
  return object;
}

/** The entries of an object as they are written, also those with the same name. */
export function entriesOf(object: JsonObject): [string, unknown][] {
  return written.get(object) ?? Object.entries(object);
}

function merged(former: JsonObject, latter: JsonObject): JsonObject {
  const both = Object.entries(latter).map(([name, value]): [string, unknown] => {
    const before = Object.hasOwn(former, name) ? former[name] : undefined;
    return [name, isObject(before) && isObject(value) ? merged(before, value) : value];
  });
  return { ...former, ...Object.fromEntries(both) };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof PatternNumber);
}
