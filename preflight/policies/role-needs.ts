import { denial } from '../../local/iam/denial.ts';
import { listOf, parsePolicy, statementsOf } from '../../local/iam/policy.ts';
import type { Principal, Requirement } from '../../local/iam/principal.ts';
import { LOG_DELIVERY } from '../../local/step-functions/log-delivery.ts';
import type { Plan, PlannedMachine } from '../plan/plan.ts';
import type { Need } from './task-calls.ts';

/** What a traced function or machine sends; without it the traces are lost. */
export const TRACES: readonly Need[] = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'].map((action) => ({
  action,
  resource: '*',
}));
/** What a traced machine asks for besides: without it, the account's sampling rules do not count for the machine. */
const SAMPLING: readonly Need[] = ['xray:GetSamplingRules', 'xray:GetSamplingTargets'].map((action) => ({
  action,
  resource: '*',
}));

/** What a state machine needs besides its tasks. */
export function needsOfMachine({ loggingConfiguration, tracingEnabled }: PlannedMachine): Need[] {
  const logging = loggingConfiguration && loggingConfiguration.level !== 'OFF';
  return [
    ...(logging ? LOG_DELIVERY : []).map(({ action, resource }) => ({ action, resource })),
    ...(tracingEnabled ? [...TRACES, ...SAMPLING] : []),
  ];
}

/** The requests that a need may turn into: one, or where the resource is unknown one for each that the role's policies name. */
export function requirementsOf(need: Need, plan: Pick<Plan, 'policies'>, roleArn: string): Requirement[] {
  const { action, resource, context } = need;
  const resources = resource === undefined ? namedResources(plan, roleArn) : [resource];
  return resources.map((name) => ({ action, resource: name, ...(context && { context }) }));
}

/** Why a principal may not do what it needs, in AWS's words; undefined when it may. */
export function refusal(need: Need, principal: Principal, plan: Plan): string | undefined {
  const roleArn = principal.kind === 'role' ? principal.roleArn : '';
  const requirements = requirementsOf(need, plan, roleArn);
  const allowed = requirements.some(
    (requirement) => plan.registry.decide(principal, requirement).outcome === 'allowed',
  );
  if (allowed || need.optional) return undefined;
  const asked = { action: need.action, resource: need.resource ?? '*', ...(need.context && { context: need.context }) };
  return denial(principal, asked, plan.registry.decide(principal, asked)).message;
}

/** Resources that the policies of a role name, wildcards filled with something: candidates for what is known at run time only. */
function namedResources({ policies }: Pick<Plan, 'policies'>, roleArn: string): string[] {
  const names = policies
    .filter(({ roleName }) => roleName === roleNameOf(roleArn))
    .flatMap(({ document }) => statementsOf(parsePolicy(document, `policy of ${roleArn}`)))
    .flatMap(({ Resource }) => listOf(Resource))
    .map((pattern) => (pattern === '*' ? '*' : pattern.replace(/[*?]/g, 'x')));
  return [...new Set(names)];
}

export function roleNameOf(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1);
}
