type QueryValue = string | QueryValue[] | { [name: string]: QueryValue };

/**
 * Reads the flattened parameters of the query protocol back into members: `A.B=1` is a structure, `A.member.1=x` and
 * `A.entry.1.key=x` are lists.
 */
export function parseQueryInput(parameters: URLSearchParams): Record<string, QueryValue> {
  const root: Branch = new Map();
  for (const [name, value] of parameters)
    if (name !== 'Action' && name !== 'Version') put(root, name.split('.'), value);
  return Object.fromEntries([...root].map(([name, child]) => [name, collapse(child)]));
}

type Branch = Map<string, Branch | string>;

function put(branch: Branch, [name = '', ...rest]: string[], value: string): void {
  if (rest.length === 0) {
    branch.set(name, value);
    return;
  }
  const child = branch.get(name);
  const next: Branch = child instanceof Map ? child : new Map();
  branch.set(name, next);
  put(next, rest, value);
}

function collapse(node: Branch | string): QueryValue {
  if (typeof node === 'string') return node;
  const items = node.get('member') ?? node.get('entry');
  if (node.size === 1 && items instanceof Map)
    return [...items].sort(([a], [b]) => Number(a) - Number(b)).map(([, item]) => collapse(item));
  return Object.fromEntries([...node].map(([name, child]) => [name, collapse(child)]));
}
