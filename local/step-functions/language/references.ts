/** Parts of a syntax tree that are evaluated in the context of the whole tree, and those that have a context of their own. */
const SAME_CONTEXT = [
  ...['lhs', 'rhs', 'expressions', 'expression', 'arguments', 'procedure', 'body', 'condition', 'then', 'else'],
];
const OWN_CONTEXT = ['predicate', 'stages', 'group', 'terms', 'pattern', 'update', 'delete'];

/**
 * What a JSONata expression refers to although Step Functions does not offer it: the input document (`name`, `$`, `$$`),
 * and `$states.errorOutput` outside a Catch. One sentence each, as the service words them.
 *
 * @param tree the expression's syntax tree as jsonata gives it
 */
export function references(tree: unknown, catching: boolean): string[] {
  const found = new Set<string>();
  visit(tree, true, (node, top) => {
    if (node['type'] === 'name' && top) found.add(`Reference to '${node['value']}' at the top level is not supported.`);
    if (node['type'] === 'variable' && node['value'] === '$') found.add("Reference to '$$' is not supported.");
    if (node['type'] === 'variable' && node['value'] === '' && top)
      found.add("Reference to '$' at the top level is not supported.");
    if (!catching && isErrorOutput(node)) found.add("Field '$states.errorOutput' does not exist.");
  });
  return [...found];
}

type Node = Readonly<Record<string, unknown>>;

function visit(value: unknown, top: boolean, see: (node: Node, top: boolean) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, top, see);
  if (!isNode(value)) return;
  see(value, top);
  const { steps } = value;
  if (Array.isArray(steps)) for (const [index, step] of steps.entries()) visit(step, top && index === 0, see);
  for (const key of SAME_CONTEXT) visit(value[key], top, see);
  for (const key of OWN_CONTEXT) visit(value[key], false, see);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isErrorOutput({ type, steps }: Node): boolean {
  if (type !== 'path' || !Array.isArray(steps)) return false;
  const [first, second]: unknown[] = steps;
  if (!isNode(first) || !isNode(second)) return false;
  return first['value'] === 'states' && first['type'] === 'variable' && second['value'] === 'errorOutput';
}
