/** One step of a path: a member's name, an index, or all there is. */
type Step = string | number | typeof ALL;

const ALL = Symbol('*');

const PATH = /^\$(?:\.[^.[\]*'"]+|\.\*|\[\d+\]|\[\*\])*$/;

/**
 * Whether EventBridge takes a path: in dot notation, with indices and wildcards. Source: user guide, input transformation;
 * API reference, InputTransformer.
 */
export function isPath(path: string): boolean {
  return PATH.test(path);
}

/**
 * What a path finds: `$`, `$.detail.name`, `$.resources[0]`; behind a wildcard a list, `$.detail.files[*].name`.
 * Undefined when there is nothing.
 */
export function valueAt(root: unknown, path: string): unknown {
  let found = [root];
  let isList = false;
  for (const step of stepsOf(path)) {
    found = found.flatMap((value) => take(value, step));
    isList ||= step === ALL;
    if (!isList && found.length === 0) return undefined;
  }
  return isList ? found : found[0];
}

function stepsOf(path: string): Step[] {
  return [...path.matchAll(/\.([^.[\]]+)|\[([\d*]+)\]/g)].map(([, name, index]) => {
    if (name === '*' || index === '*') return ALL;
    return name ?? Number(index);
  });
}

/** The value of a step, or none. */
function take(value: unknown, step: Step): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (step === ALL) return Object.values(value);
  if (Array.isArray(value) !== (typeof step === 'number')) return [];
  return Object.hasOwn(value, step) ? [Reflect.get(value, step)] : [];
}
