import { PolicyError } from './policy.ts';
import { type CompiledStatement, compilePolicy } from './statement.ts';

/** A role as a template declares it. Policies are checked here, so they come as they stand in the template. */
export interface RoleDefinition {
  name: string;
  arn: string;
  assumeRolePolicy: unknown;
  /** Documents by policy name. */
  inlinePolicies?: Readonly<Record<string, unknown>>;
  /** AWS's own policies (see `managed-policies.ts`) and those of the loaded stacks. */
  managedPolicyArns?: readonly string[];
  tags?: Readonly<Record<string, string>>;
}

/** A role ready to decide. */
export interface Role {
  name: string;
  arn: string;
  tags: Readonly<Record<string, string>>;
  trust: readonly CompiledStatement[];
  policies: readonly CompiledStatement[];
}

/**
 * @param managedPolicy the document of a managed policy by its ARN
 * @throws PolicyError naming role, policy and statement
 */
export function compileRole(definition: RoleDefinition, managedPolicy: (arn: string) => unknown): Role {
  const { name, arn } = definition;
  const inline = Object.entries(definition.inlinePolicies ?? {}).flatMap(([policy, document]) =>
    compilePolicy(document, 'identity', `policy ${policy} of role ${name}`),
  );
  const managed = (definition.managedPolicyArns ?? []).flatMap((policyArn) =>
    compileManaged(policyArn, managedPolicy(policyArn), name),
  );
  return {
    name,
    arn,
    tags: definition.tags ?? {},
    trust: compilePolicy(definition.assumeRolePolicy, 'trust', `trust policy of role ${name}`),
    policies: [...inline, ...managed],
  };
}

function compileManaged(policyArn: string, document: unknown, roleName: string): CompiledStatement[] {
  if (document !== undefined) return compilePolicy(document, 'identity', `policy ${policyArn} of role ${roleName}`);
  throw new PolicyError(
    `role ${roleName}: managed policy ${policyArn} is not known here; add it to local/iam/managed-policies.ts`,
  );
}
