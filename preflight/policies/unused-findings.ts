import type { Requirement } from '../../local/iam/principal.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../plan/plan.ts';
import type { TemplateSources } from '../template-source.ts';
import { unusedGrants } from './unused-statements.ts';

/**
 * Grants that nothing uses, of roles of which everything is known: those of state machines, rules and APIs. What
 * functions and people call is out of sight.
 */
export function unusedFindings(
  plan: Plan,
  used: ReadonlyMap<string, readonly Requirement[]>,
  templates: TemplateSources,
): Finding[] {
  const functionRoles = new Set(plan.functions.map(({ roleArn }) => roleArn));
  const roles = [...used]
    .filter(([roleArn]) => !functionRoles.has(roleArn))
    .map(([roleArn, requirements]) => ({ roleArn, requirements }));
  return unusedGrants(plan, roles).map(({ policy, statement, action, resource }) => ({
    rule: 'unused-statement',
    severity: 'error',
    message: `Nothing uses ${action} on ${resource}, which statement ${statement + 1} of ${templates.nameOf(policy.origin)} allows`,
    ...templates.at(policy.origin, [...policy.path, 'Statement', statement]),
    fix: 'remove it from the role',
  }));
}
