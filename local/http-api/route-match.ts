import type { RouteDefinition } from './http-api.ts';

export interface MatchedRoute {
  route: RouteDefinition;
  pathParameters: Record<string, string>;
}

interface Candidate extends MatchedRoute {
  /** Segments: 2 literal, 1 variable, 0 greedy; compared from the left. */
  rank: readonly number[];
  anyMethod: boolean;
}

/**
 * The route for a request: the most specific path wins, a method before `ANY`, `$default` last, as API Gateway does it.
 * @param path without the stage, decoded: `/orders/5`
 */
export function matchRoute(routes: Iterable<RouteDefinition>, method: string, path: string): MatchedRoute | undefined {
  const all = [...routes];
  const candidates = all.flatMap((route) => candidate(route, method, path) ?? []);
  const [best] = candidates.sort(moreSpecificFirst);
  if (best) return { route: best.route, pathParameters: best.pathParameters };
  const fallback = all.find(({ routeKey }) => routeKey === '$default');
  return fallback && { route: fallback, pathParameters: {} };
}

function candidate(route: RouteDefinition, method: string, path: string): Candidate | undefined {
  const [routeMethod = '', pattern] = route.routeKey.split(' ');
  if (pattern === undefined || (routeMethod !== 'ANY' && routeMethod !== method)) return undefined;
  const parameters: Record<string, string> = {};
  const rank: number[] = [];
  const segments = segmentsOf(path);
  const wanted = segmentsOf(pattern);
  for (const [index, part] of wanted.entries()) {
    const segment = segments[index];
    const [, name, greedy] = /^\{([^}+]+)(\+)?\}$/.exec(part) ?? [];
    if (segment === undefined) return undefined;
    if (name === undefined && part !== segment) return undefined;
    rank.push(greedy ? 0 : name ? 1 : 2);
    if (name) parameters[name] = greedy ? segments.slice(index).join('/') : segment;
    if (greedy) return { route, pathParameters: parameters, rank, anyMethod: routeMethod === 'ANY' };
  }
  if (segments.length !== wanted.length) return undefined;
  return { route, pathParameters: parameters, rank, anyMethod: routeMethod === 'ANY' };
}

function moreSpecificFirst(a: Candidate, b: Candidate): number {
  for (const [index, rank] of a.rank.entries()) {
    const other = b.rank[index] ?? -1;
    if (rank !== other) return other - rank;
  }
  return Number(a.anyMethod) - Number(b.anyMethod);
}

/** A slash at the end counts: `/orders/` is not `/orders`. */
function segmentsOf(path: string): string[] {
  return path.slice(1).split('/');
}
