import type { Assembly, AssemblyStack } from '../../../local/assembly/assembly.ts';
import { makePlan } from '../../../preflight/plan/make-plan.ts';

export interface DeclaredRole {
  stack: AssemblyStack;
  logicalId: string;
}

/** The roles of all templates. */
export function rolesOf({ stacks }: Assembly): DeclaredRole[] {
  return stacks.flatMap((stack) =>
    Object.entries(stack.template.Resources)
      .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
      .map(([logicalId]) => ({ stack, logicalId })),
  );
}

/** What preflight says when a role trusts nobody; undefined when it does not mind. */
export async function withoutTrust(assembly: Assembly, role: DeclaredRole): Promise<string | undefined> {
  const stacks = assembly.stacks.map((stack) => (stack === role.stack ? untrusting(role) : stack));
  const { problems } = await makePlan({ ...assembly, stacks });
  return problems[0]?.message;
}

function untrusting({ stack, logicalId }: DeclaredRole): AssemblyStack {
  const { template } = stack;
  const declared = template.Resources[logicalId];
  if (!declared) throw new Error(`${stack.name} has no ${logicalId}`);
  const AssumeRolePolicyDocument = { Version: '2012-10-17', Statement: [] };
  const role = { ...declared, Properties: { ...declared.Properties, AssumeRolePolicyDocument } };
  return { ...stack, template: { ...template, Resources: { ...template.Resources, [logicalId]: role } } };
}
