import type { Requirement } from '../../local/iam/principal.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../plan/plan.ts';
import type { TemplateSources } from '../template-source.ts';
import { refusal, requirementsOf } from './role-needs.ts';
import { type Wire, wiresOf } from './wiring.ts';

/** Calls between resources that no policy allows, and what each role is asked for by them. */
export function wiringFindings(
  plan: Plan,
  templates: TemplateSources,
): { findings: Finding[]; requirements: ReadonlyMap<string, Requirement[]> } {
  const wires = wiresOf(plan);
  const requirements = new Map<string, Requirement[]>();
  for (const { principal, need } of wires) {
    if (principal.kind !== 'role') continue;
    const known = requirements.get(principal.roleArn) ?? [];
    requirements.set(principal.roleArn, [...known, ...requirementsOf(need, plan, principal.roleArn)]);
  }
  return { findings: wires.flatMap((wire) => findingOf(wire, plan, templates)), requirements };
}

function findingOf({ origin, path, principal, need }: Wire, plan: Plan, templates: TemplateSources): Finding[] {
  const message = refusal(need, principal, plan);
  if (message === undefined) return [];
  const policy =
    principal.kind === 'service'
      ? `let ${principal.service} in by the resource's policy`
      : 'allow it in the policy of the role';
  return [
    {
      rule: 'call-not-allowed',
      severity: 'error',
      message,
      ...templates.at(origin, path),
      fix: `${templates.nameOf(origin)} needs ${need.action}: ${policy}`,
    },
  ];
}
