import { isObject } from './pattern-document.ts';
import { PatternFault } from './pattern-fault.ts';
import { ANY, type Part, wildcardParts } from './wildcard.ts';

/** The largest number of prefixes that EventBridge accepts. Source: its answers; event-ruler's readme has the measure. */
const MOST_PREFIXES = 10;

/** Situations that are looked at; what needs more was within the bound in all of these. */
const MOST_SITUATIONS = 5_000;

/**
 * Refuses the wildcards of one field when matching them would cost too much: when one value could match many beginnings
 * of them at the same time, as the service words it.
 *
 * @param conditions the elements of the field's array in the pattern, each of which compiles
 */
export function checkComplexity(conditions: readonly unknown[]): void {
  const wildcards = conditions.flatMap((condition, index) =>
    wildcardsIn(condition).map((text) => ({ condition: index, parts: wildcardParts(text) })),
  );
  if (wildcards.length > 0 && mostPrefixes(wildcards) > MOST_PREFIXES)
    throw new PatternFault(
      'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
    );
}

function wildcardsIn(condition: unknown): string[] {
  if (!isObject(condition)) return [];
  const { wildcard, 'anything-but': excluded } = condition;
  const texts = isObject(excluded) ? excluded['wildcard'] : wildcard;
  return [texts].flat().filter((text) => typeof text === 'string');
}

/** A place in a wildcard: what has to come next, and the beginning that led there. */
interface Place {
  next: Part | undefined;
  isStart: boolean;
  afterAny: boolean;
  /** Equal for equal beginnings of one condition, as far as these hold no wildcard yet: the engine keeps them once. */
  prefix: string;
}

/** The largest number of beginnings that one value can match, found by trying all values letter by letter. */
function mostPrefixes(wildcards: readonly { condition: number; parts: readonly Part[] }[]): number {
  const places = wildcards.flatMap(placesOf);
  const letters = new Set(places.map(({ next }) => (typeof next === 'string' ? next : 'any other')));
  const pending = [new Set(places.flatMap(({ isStart }, at) => (isStart ? [at] : [])))];
  const seen = new Set<string>();
  let most = 0;
  for (const active of pending)
    for (const letter of letters) {
      const next = step(places, active, letter);
      const key = [...next].sort((a, b) => a - b).join();
      if (seen.has(key) || seen.size >= MOST_SITUATIONS || most > MOST_PREFIXES) continue;
      seen.add(key);
      pending.push(next);
      most = Math.max(most, new Set([...next].map((at) => places[at]?.prefix)).size);
    }
  return most;
}

/** The places of one wildcard, with the quotes around it, as the engine sees texts; one more for its end. */
function placesOf({ condition, parts }: { condition: number; parts: readonly Part[] }, index: number): Place[] {
  const quoted = ['"', ...parts, '"', undefined];
  const firstAny = quoted.indexOf(ANY);
  return quoted.map((next, at) => {
    const plain = firstAny < 0 || at <= firstAny + 1;
    const prefix = plain ? quoted.slice(0, at).map(String).join('') : `${index}/${at}`;
    return {
      next,
      isStart: at === 0,
      afterAny: at > 0 && quoted[at - 1] === ANY,
      prefix: `${condition}:${plain}:${prefix}`,
    };
  });
}

function step(places: readonly Place[], active: ReadonlySet<number>, letter: string): Set<number> {
  const next = new Set<number>();
  for (const at of active) {
    if (places[at]?.next === letter) next.add(at + 1);
    if (places[at]?.afterAny) next.add(at);
  }
  return withAny(places, next);
}

/** A wildcard character also matches nothing. */
function withAny(places: readonly Place[], active: Set<number>): Set<number> {
  for (const at of active) if (places[at]?.next === ANY) active.add(at + 1);
  return active;
}
