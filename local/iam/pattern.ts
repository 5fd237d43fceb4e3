import type { RequestContext } from './request-context.ts';

/** Decides whether one text matches, given the request that policy variables refer to. */
export type Matcher = (text: string, context: RequestContext) => boolean;

export interface PatternOptions {
  /** `*` and `?` are wildcards. */
  wildcards: boolean;
  /** `${aws:PrincipalArn}` stands for a value of the request (policy version 2012-10-17 only). */
  variables: boolean;
  ignoreCase?: boolean;
}

/** Compiles a text of a policy once, so that a decision only compares. */
export function compilePattern(pattern: string, options: PatternOptions): Matcher {
  const pieces = split(pattern, options.variables);
  if (pieces.some((piece) => typeof piece !== 'string')) return withVariables(pieces, options);
  return fixed(pieces.join(''), options);
}

/**
 * Matches an ARN part by part: a wildcard never reaches over one of the first five colons, and parts missing at
 * the end match anything, as AWS completes them.
 */
export function compileArn(pattern: string, variables: boolean): Matcher {
  if (pattern === '*') return () => true;
  const parts = arnParts(pattern).map((part) => compilePattern(part, { wildcards: true, variables }));
  return (text, context) => {
    const actual = arnParts(text);
    return parts.length <= actual.length && parts.every((part, index) => part(actual[index] ?? '', context));
  };
}

/** The six parts of an ARN; colons of the last part stay in it. */
function arnParts(arn: string): string[] {
  const parts = arn.split(':', 5);
  const used = parts.join(':').length;
  return used < arn.length ? [...parts, arn.slice(used + 1)] : parts;
}

function fixed(pattern: string, { wildcards, ignoreCase = false }: PatternOptions): Matcher {
  if (wildcards && pattern === '*') return () => true;
  if (!wildcards || !/[*?]/.test(pattern)) return equal(pattern, ignoreCase);
  const expression = new RegExp(`^${wildcardSource(pattern)}$`, ignoreCase ? 'is' : 's');
  return (text) => expression.test(text);
}

function equal(pattern: string, ignoreCase: boolean): Matcher {
  if (!ignoreCase) return (text) => text === pattern;
  const lower = pattern.toLowerCase();
  return (text) => text.toLowerCase() === lower;
}

/** A variable's value is text: a `*` in it is no wildcard. A variable without a value matches nothing. */
function withVariables(pieces: readonly Piece[], { wildcards, ignoreCase = false }: PatternOptions): Matcher {
  return (text, context) => {
    let source = '';
    for (const piece of pieces) {
      if (typeof piece === 'string') source += wildcards ? wildcardSource(piece) : literal(piece);
      else {
        const value = piece.literal ?? single(context.get(piece.key)) ?? piece.fallback;
        if (value === undefined) return false;
        source += literal(value);
      }
    }
    return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's').test(text);
  };
}

type Piece = string | { key: string; literal?: string; fallback?: string };

const VARIABLE = /\$\{\s*([^},\s]+)\s*(?:,\s*'([^']*)'\s*)?\}/g;

function split(pattern: string, variables: boolean): Piece[] {
  if (!variables || !pattern.includes('${')) return [pattern];
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of pattern.matchAll(VARIABLE)) {
    const [whole, key = '', fallback] = match;
    pieces.push(pattern.slice(end, match.index), variable(key, fallback));
    end = match.index + whole.length;
  }
  return [...pieces, pattern.slice(end)];
}

/** `${*}`, `${?}` and `${$}` stand for the characters themselves. */
function variable(key: string, fallback: string | undefined): Piece {
  if (key === '*' || key === '?' || key === '$') return { key, literal: key };
  return { key: key.toLowerCase(), ...(fallback === undefined ? {} : { fallback }) };
}

/** Several values cannot stand in one text. */
function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function wildcardSource(pattern: string): string {
  return literal(pattern).replaceAll('\\*', '.*').replaceAll('\\?', '.');
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
