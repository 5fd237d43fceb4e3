import type { Principal, Requirement } from './principal.ts';
import type { RequestContext } from './request-context.ts';
import type { CompiledStatement } from './statement.ts';

/** Why a call is allowed or denied, and by which statement. */
export interface Decision {
  outcome: Outcome;
  statement?: CompiledStatement;
  /** False when conditions or policy variables took part: another request may fare differently. */
  repeatable: boolean;
}

export type Outcome =
  | 'allowed'
  | 'deniedByIdentityPolicy'
  | 'deniedByResourcePolicy'
  | 'notAllowedByIdentityPolicy'
  | 'notAllowedByResourcePolicy';

/** The policies that have a say in one call. */
export interface ApplicablePolicies {
  /** Policies of the caller's role; empty for services. */
  identity: readonly CompiledStatement[];
  /** Policies of the resource called. */
  resource: readonly CompiledStatement[];
  /** The resource's policy must agree, as a role's trust policy must; otherwise either side is enough. */
  resourceMustAllow: boolean;
}

/**
 * Decides within one account: an explicit deny wins; then an allow by the caller's own policies or by a resource
 * policy that names the caller itself is enough. A resource policy that names only the account lets nobody in by
 * itself. AWS services have no policies of their own.
 */
export function decide(
  principal: Principal,
  requirement: Requirement,
  context: RequestContext,
  policies: ApplicablePolicies,
): Decision {
  const identity = applying(policies.identity, principal, requirement, context);
  const resource = applying(policies.resource, principal, requirement, context);
  const repeatable = identity.repeatable && resource.repeatable;
  const done = (outcome: Outcome, statement?: CompiledStatement): Decision => ({
    outcome,
    repeatable,
    ...(statement ? { statement } : {}),
  });
  const denied = identity.named('Deny') ?? resource.named('Deny');
  if (denied) return done(identity.named('Deny') ? 'deniedByIdentityPolicy' : 'deniedByResourcePolicy', denied);
  const invited = resource.direct('Allow');
  if (invited) return done('allowed', invited);
  if (policies.resourceMustAllow && !resource.named('Allow')) return done('notAllowedByResourcePolicy');
  const own = identity.direct('Allow');
  if (own) return done('allowed', own);
  return done(principal.kind === 'service' ? 'notAllowedByResourcePolicy' : 'notAllowedByIdentityPolicy');
}

type Effect = CompiledStatement['effect'];

function applying(
  statements: readonly CompiledStatement[],
  principal: Principal,
  requirement: Requirement,
  context: RequestContext,
) {
  let repeatable = true;
  const hits: { statement: CompiledStatement; match: 'direct' | 'account' }[] = [];
  for (const statement of statements) {
    if (statement.variables) repeatable = false;
    const match = statement.principal(principal);
    if (match === 'none' || !statement.covers(requirement, context)) continue;
    if (statement.condition) repeatable = false;
    if (statement.condition?.(context) ?? true) hits.push({ statement, match });
  }
  return {
    repeatable,
    named: (effect: Effect) => hits.find(({ statement }) => statement.effect === effect)?.statement,
    direct: (effect: Effect) =>
      hits.find(({ statement, match }) => statement.effect === effect && match === 'direct')?.statement,
  };
}
