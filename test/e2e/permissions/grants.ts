import { listOf, type PolicyDocument, type PolicyStatement, statementsOf } from '../../../local/iam/policy.ts';

/** What carries a policy. */
export type Holder = { kind: 'role'; roleName: string; policyName: string } | { kind: 'resource'; arn: string };

/** The smallest part of a policy: one action on one resource, by one statement. */
export interface Grant {
  holder: Holder;
  effect: 'Allow' | 'Deny';
  action: string;
  resource: string;
  /** Where it stands in the document's lists, which is the same however resources are called. */
  at: { statement: number; action: number; resource: number };
}

/** For titles and messages. */
export function nameOf(holder: Holder): string {
  return holder.kind === 'role' ? `role ${holder.roleName}` : holder.arn;
}

export function describeGrant({ holder, effect, action, resource }: Grant): string {
  return `${nameOf(holder)}: ${effect} ${action} on ${resource}`;
}

/** Every grant of a policy. */
export function grantsOf(holder: Holder, document: PolicyDocument): Grant[] {
  return statementsOf(document).flatMap(({ Effect: effect, Action, Resource }, statement) =>
    listOf(Action).flatMap((action, actionAt) =>
      listOf(Resource).map((resource, resourceAt) => {
        const at = { statement, action: actionAt, resource: resourceAt };
        return { holder, effect, action, resource, at };
      }),
    ),
  );
}

/** The policy with everything but one grant. */
export function without(document: PolicyDocument, { at }: Grant): PolicyDocument {
  const Statement = statementsOf(document).flatMap((statement, index) =>
    index === at.statement ? rest(statement, at.action, at.resource) : [statement],
  );
  return { ...document, Statement };
}

/** The other actions on all resources, and the action on the other resources. */
function rest(statement: PolicyStatement, action: number, resource: number): PolicyStatement[] {
  const actions = listOf(statement.Action);
  const otherActions = actions.filter((_, index) => index !== action);
  const otherResources = listOf(statement.Resource).filter((_, index) => index !== resource);
  const own = actions.slice(action, action + 1);
  return [
    ...(otherActions.length > 0 ? [{ ...statement, Action: otherActions }] : []),
    ...(otherResources.length > 0 ? [{ ...statement, Action: own, Resource: otherResources }] : []),
  ];
}
