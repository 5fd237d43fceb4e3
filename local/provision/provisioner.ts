import { type Assembly, type AssemblyStack, selectStacks } from '../assembly/assembly.ts';
import { evaluateCondition } from './conditions.ts';
import { resolve } from './intrinsics.ts';
import type { Modules } from './modules.ts';
import { located } from './provision-error.ts';
import { withQueueTimeouts } from './queue-timeouts.ts';
import type { Scope } from './scope.ts';
import { provisionResources } from './stack-provisioner.ts';

/** A stack as the CloudFormation API tells of it. */
export interface ProvisionedStack {
  name: string;
  /** ARN. */
  id: string;
  description?: string;
  outputs: StackOutput[];
  resources: { logicalId: string; physicalId: string; type: string }[];
  parameters: { key: string; value: string }[];
  tags: Readonly<Record<string, string>>;
  /** The template as it was synthesized. */
  templateFile: string;
}

export interface StackOutput {
  key: string;
  value: string;
  description?: string;
  exportName?: string;
}

export interface ProvisionOptions {
  /** Names of the stacks to provision, with those that they depend on; all of them by default. */
  stacks?: readonly string[];
}

/**
 * Makes what the templates of an app declare. Doing it again changes nothing; what has changed in a template is brought
 * up to date. A resource that has gone from its template stays until the data directory goes.
 * @throws ProvisionError naming stack, resource and problem; AssemblyError
 */
export async function provision(
  assembly: Assembly,
  modules: Modules,
  options: ProvisionOptions = {},
): Promise<ProvisionedStack[]> {
  const stacks = options.stacks ? selectStacks(assembly, options.stacks) : assembly.stacks;
  const exports = new Map<string, string>();
  const provisioned: ProvisionedStack[] = [];
  const checked = withQueueTimeouts(modules);
  for (const stack of stacks) {
    const { scope, resources } = await provisionResources(stack, checked, exports);
    const outputs = outputsOf(scope);
    for (const { exportName, value } of outputs) if (exportName !== undefined) exports.set(exportName, value);
    provisioned.push(describe(stack, scope, outputs, resources));
  }
  return provisioned;
}

function describe(
  stack: AssemblyStack,
  scope: Scope,
  outputs: StackOutput[],
  resources: Scope['resources'],
): ProvisionedStack {
  const { Description: description } = stack.template;
  return {
    name: stack.name,
    id: scope.stackId,
    ...(description === undefined ? {} : { description }),
    outputs,
    resources: [...resources].map(([logicalId, { id }]) => ({
      logicalId,
      physicalId: id,
      type: stack.template.Resources[logicalId]?.Type ?? '',
    })),
    parameters: [...scope.parameters].map(([key, value]) => ({ key, value: String(value) })),
    tags: stack.tags,
    templateFile: stack.templateFile,
  };
}

function outputsOf(scope: Scope): StackOutput[] {
  return Object.entries(scope.template.Outputs).flatMap(([key, output]): StackOutput[] => {
    try {
      if (output.Condition !== undefined && !evaluateCondition(output.Condition, scope)) return [];
      const exportName = output.Export && String(resolve(output.Export.Name, scope));
      return [
        {
          key,
          value: String(resolve(output.Value, scope)),
          ...(output.Description === undefined ? {} : { description: output.Description }),
          ...(exportName === undefined ? {} : { exportName }),
        },
      ];
    } catch (cause) {
      throw located(`${scope.stackName}: output ${key}`, cause);
    }
  });
}
