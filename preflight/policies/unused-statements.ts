import { listOf, parsePolicy, statementsOf } from '../../local/iam/policy.ts';
import type { Requirement } from '../../local/iam/principal.ts';
import { compilePolicy } from '../../local/iam/statement.ts';
import type { Plan, PlannedPolicy } from '../plan/plan.ts';
import { roleNameOf } from './role-needs.ts';

/** A role that acts for AWS alone, with everything that it is ever asked for. */
export interface UsedRole {
  roleArn: string;
  requirements: readonly Requirement[];
}

export interface UnusedGrant {
  policy: PlannedPolicy & Plan['policies'][number];
  /** In the document's list. */
  statement: number;
  action: string;
  resource: string;
}

/** Grants that nothing uses, action by action and resource by resource. */
export function unusedGrants(plan: Plan, roles: readonly UsedRole[]): UnusedGrant[] {
  return roles.flatMap(({ roleArn, requirements }) =>
    plan.policies
      .filter(({ roleName }) => roleName === roleNameOf(roleArn))
      .flatMap((policy) => unusedIn(policy, requirements)),
  );
}

function unusedIn(policy: Plan['policies'][number], requirements: readonly Requirement[]): UnusedGrant[] {
  const document = parsePolicy(policy.document, `policy of role ${policy.roleName}`);
  return statementsOf(document).flatMap(({ Effect, Action, Resource }, statement) => {
    if (Effect !== 'Allow') return [];
    const grants = listOf(Action).flatMap((action) => listOf(Resource).map((resource) => ({ action, resource })));
    return grants
      .filter(({ action, resource }) => !requirements.some((requirement) => covers(action, resource, requirement)))
      .map((grant) => ({ policy, statement, ...grant }));
  });
}

/** Conditions are judged where calls are allowed; here a grant counts as used when it is about the call. */
function covers(action: string, resource: string, requirement: Requirement): boolean {
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] };
  return compilePolicy(document, 'identity', 'grant').some((statement) => statement.covers(requirement, NOTHING));
}

const NOTHING = { get: () => undefined };
