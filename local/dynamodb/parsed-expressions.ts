type Members = Readonly<Record<string, unknown>>;

/** What dynalite gives its parsers besides the text; they take away from `unused…` what the expression uses. */
interface ParseContext {
  attrNames?: Members;
  attrVals?: Members;
  unusedAttrNames: Record<string, true>;
  unusedAttrVals: Record<string, true>;
}

/** One of dynalite's generated parsers. The result of `parse` is a tree, or a text that says what is wrong. */
export interface ExpressionParser {
  parse(text: string, options: { context: ParseContext }): unknown;
}

/** Stands in a remembered tree for a value, which every caller has another one of. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** An expression as it was parsed, and which of the names and values it was given it uses. */
interface Parsed {
  tree: unknown;
  usedNames: readonly string[];
  usedValues: readonly string[];
}

/** More expressions than programs have; whoever builds them from data empties the memory now and then. */
const MOST_REMEMBERED = 500;

/** What these stand with is judged by the values themselves, not only by their types. */
const JUDGES_VALUES = /between|attribute_type/i;

const remembering = new WeakSet<ExpressionParser>();

/**
 * Makes the parser remember what it has parsed: programs send the same few expressions again and again, and parsing them
 * took longer than all else that DynamoDB does. Only what is right is remembered, and each caller gets a tree of its own.
 */
export function rememberParsed(parser: ExpressionParser): void {
  if (remembering.has(parser)) return;
  remembering.add(parser);
  const parse = parser.parse.bind(parser);
  const remembered = new Map<string, Parsed>();
  parser.parse = (text, options) => {
    const { context } = options;
    if (JUDGES_VALUES.test(text)) return parse(text, options);
    const key = JSON.stringify([text, context.attrNames, typesOf(context.attrVals)]);
    const known = remembered.get(key);
    if (known) return again(known, context);
    const fresh = { ...context, unusedAttrNames: allOf(context.attrNames), unusedAttrVals: allOf(context.attrVals) };
    const tree = parse(text, { ...options, context: fresh });
    if (typeof tree !== 'object' || tree === null) return parse(text, options);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    const placeholders = new Map(
      Object.entries(context.attrVals ?? {}).map(([name, value]) => [value, new Placeholder(name)]),
    );
    const parsed = {
      tree: copy(tree, (node) => placeholders.get(node)),
      usedNames: Object.keys(context.attrNames ?? {}).filter((name) => !(name in fresh.unusedAttrNames)),
      usedValues: Object.keys(context.attrVals ?? {}).filter((name) => !(name in fresh.unusedAttrVals)),
    };
    remembered.set(key, parsed);
    return again(parsed, context);
  };
}

function again({ tree, usedNames, usedValues }: Parsed, context: ParseContext): unknown {
  for (const name of usedNames) delete context.unusedAttrNames[name];
  for (const name of usedValues) delete context.unusedAttrVals[name];
  return copy(tree, (node) => (node instanceof Placeholder ? context.attrVals?.[node.name] : undefined));
}

/** The tree again, without a prototype where it has none, and with other objects in the place of its values. */
function copy(node: unknown, replacement: (node: object) => unknown): unknown {
  if (typeof node !== 'object' || node === null) return node;
  const other = replacement(node);
  if (other !== undefined) return other;
  if (Array.isArray(node)) return node.map((member) => copy(member, replacement));
  const members = Object.entries(node).map(([name, member]) => [name, copy(member, replacement)]);
  return Object.assign(Object.create(Object.getPrototypeOf(node)), Object.fromEntries(members));
}

/** `{ ':a': { S: 'x' } }` → `{ ':a': 'S' }` */
function typesOf(values: Members = {}): Members {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Object.keys(Object(value)).join()]));
}

function allOf(members: Members = {}): Record<string, true> {
  return Object.fromEntries(Object.keys(members).map((name) => [name, true]));
}
