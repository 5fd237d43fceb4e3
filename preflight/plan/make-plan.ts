import type { Assembly, AssemblyStack } from '../../local/assembly/assembly.ts';
import { AssemblyError } from '../../local/assembly/assembly-error.ts';
import { evaluateCondition } from '../../local/provision/conditions.ts';
import { customResourceProviders } from '../../local/provision/custom-resource-providers.ts';
import { creationOrder } from '../../local/provision/graph.ts';
import { resolve } from '../../local/provision/intrinsics.ts';
import { parameterValues } from '../../local/provision/parameters.ts';
import { located } from '../../local/provision/provision-error.ts';
import { isObject, referencesIn } from '../../local/provision/references.ts';
import { resourceContext } from '../../local/provision/resource-type.ts';
import { RESOURCE_TYPES } from '../../local/provision/resources/registry.ts';
import type { ProvisionedResource, Scope } from '../../local/provision/scope.ts';
import { stackId } from '../../local/provision/stack-provisioner.ts';
import { emptyPlan, type Origin, type Plan } from './plan.ts';
import { recorder } from './recorder.ts';

/** A resource that could not be planned. */
export interface PlanProblem {
  origin: Origin;
  message: string;
}

/**
 * Provisions an app on paper: the same code that makes its resources in the local runtime, with modules that only
 * write down. One resource that cannot be made stops only what refers to it.
 */
export async function makePlan(assembly: Assembly): Promise<{ plan: Plan; problems: PlanProblem[] }> {
  const plan = emptyPlan();
  const problems: PlanProblem[] = [];
  const exports = new Map<string, string>();
  for (const stack of assembly.stacks) problems.push(...(await planStack(stack, plan, exports)));
  return { plan, problems };
}

async function planStack(stack: AssemblyStack, plan: Plan, exports: Map<string, string>): Promise<PlanProblem[]> {
  const resources = new Map<string, ProvisionedResource>();
  const scope = scopeOf(stack, resources, exports);
  const problems: PlanProblem[] = [];
  const failed = new Set<string>();
  const providers = customResourceProviders(stack.template);
  let origin: Origin = { stack, logicalId: '' };
  const modules = recorder(plan, () => origin);
  const shared = { stackName: stack.name, stackTags: stack.tags, modules, endpoint: '', asset: assetsOf(stack) };
  for (const logicalId of creationOrder(stack.template.Resources, included(scope))) {
    origin = { stack, logicalId };
    const { Type: type = '', Properties: properties = {} } = stack.template.Resources[logicalId] ?? {};
    try {
      const resourceType = providers.has(logicalId) ? undefined : RESOURCE_TYPES.get(type);
      const resolved = resourceType && resolve(properties, scope);
      if (type === 'AWS::StepFunctions::StateMachine' && isObject(resolved))
        plan.declaredMachines.push({ origin, properties: resolved });
      const made = await resourceType?.create(resolved, resourceContext(shared, logicalId));
      resources.set(logicalId, made ?? { id: logicalId, attributes: {} });
    } catch (cause) {
      // What refers to a failed resource fails for that alone: not worth a second finding.
      const consequence = [...referencesIn(properties)].some((id) => failed.has(id));
      if (!consequence) problems.push({ origin, message: located(type, cause).message });
      failed.add(logicalId);
    }
  }
  addExports(scope, exports);
  return problems;
}

function scopeOf(stack: AssemblyStack, resources: Scope['resources'], exports: Scope['exports']): Scope {
  const parameters = parameterValues(stack);
  return {
    template: stack.template,
    stackName: stack.name,
    stackId: stackId(stack.name),
    parameters,
    resources,
    exports,
  };
}

function included(scope: Scope): Set<string> {
  const entries = Object.entries(scope.template.Resources);
  return new Set(
    entries
      .filter(([, { Condition }]) => Condition === undefined || evaluateCondition(Condition, scope))
      .map(([id]) => id),
  );
}

function assetsOf(stack: AssemblyStack) {
  return (objectKey: string) => {
    if (stack.assets) return stack.assets.find(objectKey);
    throw new AssemblyError(`stack ${stack.name} has no assets, so no ${objectKey}; run \`npm run synth\``);
  };
}

/** An export that cannot be resolved is missed by who imports it. */
function addExports(scope: Scope, exports: Map<string, string>): void {
  for (const { Export, Value } of Object.values(scope.template.Outputs)) {
    if (!Export) continue;
    try {
      exports.set(String(resolve(Export.Name, scope)), String(resolve(Value, scope)));
    } catch {
      // reported where it is imported
    }
  }
}
