import { ACCOUNT } from '../gateway/arn.ts';
import { listOf, type PolicyPrincipals } from './policy.ts';
import type { Principal } from './principal.ts';

/**
 * How a resource policy names a caller: `direct` (itself or everyone) is enough to be let in; `account` only leaves
 * the decision to the caller's own policies; `none` is somebody else.
 */
export type PrincipalMatch = 'direct' | 'account' | 'none';

/** ARN of an assumed role's session, as AWS shows callers: `arn:aws:sts::…:assumed-role/<role>/<session>`. */
export function sessionArn(roleArn: string, sessionName: string): string {
  const name = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  return `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/${sessionName}`;
}

/** The caller as error messages name it. */
export function callerName(principal: Principal): string {
  if (principal.kind === 'service') return principal.service;
  return principal.kind === 'admin' ? principal.arn : sessionArn(principal.roleArn, principal.sessionName);
}

/** Compiles `Principal` or `NotPrincipal` of a statement. */
export function compilePrincipals(principals: PolicyPrincipals): (principal: Principal) => PrincipalMatch {
  if (principals === '*') return () => 'direct';
  const aws = new Set(listOf(principals.AWS));
  const services = new Set(listOf(principals.Service));
  return (principal) => {
    if (aws.has('*')) return 'direct';
    if (principal.kind === 'service') return services.has(principal.service) ? 'direct' : 'none';
    if (namesOf(principal).some((name) => aws.has(name))) return 'direct';
    return aws.has(ACCOUNT) || aws.has(`arn:aws:iam::${ACCOUNT}:root`) ? 'account' : 'none';
  };
}

function namesOf(principal: Exclude<Principal, { kind: 'service' }>): string[] {
  if (principal.kind === 'admin') return [principal.arn];
  return [principal.roleArn, sessionArn(principal.roleArn, principal.sessionName)];
}
