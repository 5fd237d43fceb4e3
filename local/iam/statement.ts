import { type ConditionTest, compileCondition } from './condition.ts';
import { compileArn, compilePattern, type Matcher } from './pattern.ts';
import { listOf, type PolicyDocument, PolicyError, type PolicyStatement, parsePolicy, statementsOf } from './policy.ts';
import type { Principal, Requirement } from './principal.ts';
import { compilePrincipals, type PrincipalMatch } from './principal-match.ts';
import type { RequestContext } from './request-context.ts';

/** A statement ready to decide. */
export interface CompiledStatement {
  effect: 'Allow' | 'Deny';
  /** For messages and reports: `statement 2 (Sid ReadInputs) of policy P of role R`. */
  where: string;
  /** Whether the statement is about this action and resource; `context` fills policy variables. */
  covers(requirement: Requirement, context: RequestContext): boolean;
  /** Whether its conditions hold. Undefined: it has none. */
  condition: ConditionTest | undefined;
  /** How it names the caller; `direct` for identity policies, which belong to the caller. */
  principal(principal: Principal): PrincipalMatch;
  /** It has policy variables: whether it covers anything differs from request to request. */
  variables: boolean;
}

/** Identity policies belong to their role; resource policies name their principals. A role's trust policy has no resource. */
export type PolicyKind = 'identity' | 'resource' | 'trust';

/**
 * Compiles a policy.
 * @param where names it for errors: `policy ReadBucket of role app-role`
 * @throws PolicyError naming policy, statement and what is not known
 */
export function compilePolicy(policy: unknown, kind: PolicyKind, where: string): CompiledStatement[] {
  const document = parsePolicy(policy, where);
  return statementsOf(document).map((statement, index) => compileStatement(statement, index, document, kind, where));
}

function compileStatement(
  statement: PolicyStatement,
  index: number,
  document: PolicyDocument,
  kind: PolicyKind,
  owner: string,
): CompiledStatement {
  const where = `statement ${index + 1}${statement.Sid ? ` (Sid ${statement.Sid})` : ''} of ${owner}`;
  const fail = (problem: string): never => {
    throw new PolicyError(`${where}: ${problem}`);
  };
  checkElements(statement, kind, fail);
  const variables = document.Version === '2012-10-17';
  const condition = compileCondition(statement.Condition, variables, fail);
  return {
    effect: statement.Effect,
    where,
    covers: compileCover(statement, variables, fail),
    condition,
    principal: compileCaller(statement),
    variables: variables && JSON.stringify(statement).includes('${'),
  };
}

function checkElements(statement: PolicyStatement, kind: PolicyKind, fail: (problem: string) => never): void {
  exactlyOne(statement, 'Action', 'NotAction', fail);
  const hasPrincipal = statement.Principal !== undefined || statement.NotPrincipal !== undefined;
  if (kind === 'identity' && hasPrincipal) fail('an identity policy has no Principal');
  if (kind !== 'identity') exactlyOne(statement, 'Principal', 'NotPrincipal', fail);
  if (kind !== 'trust') exactlyOne(statement, 'Resource', 'NotResource', fail);
  else if (statement.Resource !== undefined || statement.NotResource !== undefined)
    fail('a trust policy has no Resource');
}

function exactlyOne(
  statement: PolicyStatement,
  one: keyof PolicyStatement,
  other: keyof PolicyStatement,
  fail: (problem: string) => never,
): void {
  if ((statement[one] === undefined) === (statement[other] === undefined))
    fail(`needs exactly one of ${one}, ${other}`);
}

function compileCover(
  statement: PolicyStatement,
  variables: boolean,
  fail: (problem: string) => never,
): CompiledStatement['covers'] {
  const action = anyOf([...listOf(statement.Action), ...listOf(statement.NotAction)], (text) =>
    compileAction(text, fail),
  );
  const resources = [...listOf(statement.Resource), ...listOf(statement.NotResource)];
  const resource = anyOf(resources, (text) => compileArn(text, variables));
  const notAction = statement.NotAction !== undefined;
  const notResource = statement.NotResource !== undefined;
  const anyResource = resources.length === 0; // a trust policy is about its own role
  return (requirement, context) =>
    action(requirement.action, context) !== notAction &&
    (anyResource || resource(requirement.resource, context) !== notResource);
}

function compileAction(pattern: string, fail: (problem: string) => never): Matcher {
  if (pattern !== '*' && !/^[\w-]+:[\w*?]+$/.test(pattern)) fail(`${JSON.stringify(pattern)} is no action`);
  return compilePattern(pattern, { wildcards: true, variables: false, ignoreCase: true });
}

function anyOf(patterns: readonly string[], compile: (pattern: string) => Matcher): Matcher {
  const matchers = patterns.map(compile);
  return (text, context) => matchers.some((matcher) => matcher(text, context));
}

function compileCaller(statement: PolicyStatement): CompiledStatement['principal'] {
  if (statement.Principal !== undefined) return compilePrincipals(statement.Principal);
  if (statement.NotPrincipal === undefined) return () => 'direct';
  const named = compilePrincipals(statement.NotPrincipal);
  return (principal) => (named(principal) === 'direct' ? 'none' : 'direct');
}
