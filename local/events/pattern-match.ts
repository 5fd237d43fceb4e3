import type { Alternative } from './pattern-fields.ts';
import type { Condition, Scalar } from './pattern-operators.ts';

/** Which element of each array (by the array's number in the event) a leaf lies in. */
type Membership = ReadonlyMap<number, number>;

interface Leaf {
  value: Scalar;
  membership: Membership;
}

type Leaves = ReadonlyMap<string, readonly Leaf[]>;

/**
 * Does the event match one of the alternatives? Fields that lie in one array of objects must match in the same element
 * of it, as with EventBridge.
 */
export function matches(alternatives: readonly Alternative[], event: unknown): boolean {
  const leaves = leavesOf(event);
  return alternatives.some((alternative) => {
    // Sorted as in the engine: it decides what counts as the same element when absence is asked for.
    const fields = [...alternative].sort(([a], [b]) => (a < b ? -1 : 1));
    return matchFrom(fields, 0, leaves, new Map());
  });
}

function matchFrom(
  fields: readonly (readonly [string, readonly Condition[]])[],
  index: number,
  leaves: Leaves,
  membership: Membership,
): boolean {
  const field = fields[index];
  if (!field) return true;
  const [name, conditions] = field;
  const candidates = (leaves.get(name) ?? []).flatMap((leaf) => {
    const joined = join(membership, leaf.membership);
    return joined ? [{ value: leaf.value, joined }] : [];
  });
  if (candidates.length === 0) return conditions.includes('absent') && matchFrom(fields, index + 1, leaves, membership);
  return candidates.some(
    ({ value, joined }) =>
      conditions.some((condition) => condition !== 'absent' && condition(value)) &&
      matchFrom(fields, index + 1, leaves, joined),
  );
}

/** Both memberships together; undefined when they lie in different elements of one array. */
function join(a: Membership, b: Membership): Membership | undefined {
  for (const [array, element] of b) if ((a.get(array) ?? element) !== element) return undefined;
  return b.size === 0 ? a : new Map([...a, ...b]);
}

/** All leaves of an event by path. An empty array or object has none, so it counts as absent. */
function leavesOf(event: unknown): Leaves {
  const leaves = new Map<string, Leaf[]>();
  let arrays = 0;
  const visit = (value: unknown, path: readonly string[], membership: Membership) => {
    if (Array.isArray(value)) {
      const array = arrays++;
      value.forEach((element: unknown, index) => {
        const inside = typeof element === 'object' && element !== null;
        visit(element, path, inside ? new Map(membership).set(array, index) : membership);
      });
    } else if (typeof value === 'object' && value !== null)
      for (const [name, child] of Object.entries(value)) visit(child, [...path, name], membership);
    else if (isScalar(value)) {
      const name = path.join('.');
      const known = leaves.get(name);
      if (known) known.push({ value, membership });
      else leaves.set(name, [{ value, membership }]);
    }
  };
  visit(event, [], new Map());
  return leaves;
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
