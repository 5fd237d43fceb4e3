import type { Requirement } from '../../local/iam/principal.ts';
import { JsonSource } from '../../local/json-source.ts';
import { readMachine, type StateNode } from '../../local/step-functions/definition/machine.ts';
import { isObject } from '../../local/step-functions/json.ts';
import type { DefinitionSource } from '../definition-source.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../plan/plan.ts';
import type { TemplateSources } from '../template-source.ts';
import { needsOfMachine, refusal, requirementsOf } from './role-needs.ts';
import { type Need, needsOfTask } from './task-calls.ts';

type Machine = Plan['machines'][number];

const LOG_DELIVERY_DENIED =
  'AccessDeniedException: The state machine IAM Role is not authorized to access the Log Destination';

/** Calls of a state machine that its role does not allow, and everything that its role is asked for. */
export function machineFindings(
  machine: Machine,
  definition: DefinitionSource | undefined,
  plan: Plan,
  templates: TemplateSources,
): { findings: Finding[]; requirements: Requirement[] } {
  const tasks = tasksOf(machine.definition);
  const calls = tasks.flatMap((state) =>
    needsOfTask(state, machine.arn, plan).map((need) => ({ need, path: [...state.path, 'Resource'] })),
  );
  const own = needsOfMachine(machine);
  const refused = calls.flatMap(({ need, path }) => {
    const message = refusal(need, principalOf(machine), plan);
    const place = definition?.place(path) ?? templates.at(machine.origin, ['Properties']);
    return message === undefined ? [] : [finding(message, place, need, templates.nameOf(roleOrigin(machine, plan)))];
  });
  return {
    findings: [...refused, ...logDelivery(machine, own, plan, templates), ...tracing(machine, own, plan, templates)],
    requirements: [...calls.map(({ need }) => need), ...own].flatMap((need) =>
      requirementsOf(need, plan, machine.roleArn),
    ),
  };
}

/** None of a text that is no JSON: that is reported where it stands. */
function tasksOf(definition: string): readonly StateNode[] {
  const { value } = new JsonSource('definition', definition);
  return isObject(value) ? readMachine(value).states.filter(({ type }) => type === 'Task') : [];
}

function principalOf({ roleArn, name }: Machine) {
  return { kind: 'role', roleArn, sessionName: name } as const;
}

function finding(message: string, place: Pick<Finding, 'file' | 'line' | 'column'>, need: Need, role: string): Finding {
  const fix = `allow ${need.action} in the policy of ${role}`;
  return { rule: 'call-not-allowed', severity: 'error', message, ...place, fix };
}

/** One finding for the whole set, as Step Functions answers. */
function logDelivery(machine: Machine, needs: readonly Need[], plan: Plan, templates: TemplateSources): Finding[] {
  const missing = needs
    .filter((need) => need.action.startsWith('logs:') && refusal(need, principalOf(machine), plan) !== undefined)
    .map(({ action }) => action);
  if (missing.length === 0) return [];
  return [
    {
      rule: 'log-delivery-not-allowed',
      severity: 'error',
      message: LOG_DELIVERY_DENIED,
      ...templates.at(machine.origin, ['Properties', 'LoggingConfiguration']),
      fix: `allow ${missing.join(', ')} on * in the policy of ${templates.nameOf(roleOrigin(machine, plan))}`,
    },
  ];
}

function tracing(machine: Machine, needs: readonly Need[], plan: Plan, templates: TemplateSources): Finding[] {
  const place = templates.at(machine.origin, ['Properties', 'TracingConfiguration']);
  return needs.flatMap((need) => {
    const message = need.action.startsWith('xray:') ? refusal(need, principalOf(machine), plan) : undefined;
    return message === undefined ? [] : [finding(message, place, need, templates.nameOf(roleOrigin(machine, plan)))];
  });
}

/** The resource that holds the role's policy: what there is to change. */
function roleOrigin({ roleArn, origin }: Machine, { policies }: Plan) {
  return policies.find(({ roleName }) => roleArn.endsWith(`/${roleName}`))?.origin ?? origin;
}
