import type { Assembly, AssemblyStack } from '../../local/assembly/assembly.ts';
import { AssemblyError } from '../../local/assembly/assembly-error.ts';
import { evaluateCondition } from '../../local/provision/conditions.ts';
import { customResourceProviders } from '../../local/provision/custom-resource-providers.ts';
import { creationOrder } from '../../local/provision/graph.ts';
import { resolve } from '../../local/provision/intrinsics.ts';
import type { Modules } from '../../local/provision/modules.ts';
import { parameterValues } from '../../local/provision/parameters.ts';
import { DependencyError, located } from '../../local/provision/provision-error.ts';
import { withQueueTimeouts } from '../../local/provision/queue-timeouts.ts';
import { isObject, referencesIn } from '../../local/provision/references.ts';
import { resourceContext } from '../../local/provision/resource-type.ts';
import { resourceTypeOf } from '../../local/provision/resources/registry.ts';
import type { ProvisionedResource, Scope } from '../../local/provision/scope.ts';
import { stackId } from '../../local/provision/stack-provisioner.ts';
import { localChecks } from './local-checks.ts';
import { emptyPlan, type Origin, type Plan } from './plan.ts';
import { recorder } from './recorder.ts';

/** A resource that could not be planned. */
export interface PlanProblem {
  origin: Origin;
  /** Below the resource. */
  path: readonly string[];
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
  const place: { origin?: Origin } = {};
  const modules = withQueueTimeouts(recorder(plan, localChecks(), () => originAt(place)));
  for (const stack of assembly.stacks) {
    const resources = new Map<string, ProvisionedResource>();
    const scope = scopeOf(stack, resources, exports);
    const { order, problems: disorder } = orderOf(stack, scope);
    problems.push(...disorder);
    // Of what refers to resources without an order, and whom they serve, nothing sure can be said.
    if (!order) return { plan: emptyPlan(), problems };
    const skipped = disorder.map(({ origin }) => origin.logicalId);
    problems.push(...(await planStack({ stack, scope, resources, order, skipped }, { plan, modules, place })));
    addExports(scope, exports);
  }
  return { plan, problems };
}

function originAt({ origin }: { origin?: Origin }): Origin {
  if (origin) return origin;
  throw new Error('No resource is being planned.');
}

interface OrderedStack {
  stack: AssemblyStack;
  scope: Scope;
  /** Filled with what is planned. */
  resources: Map<string, ProvisionedResource>;
  order: readonly string[];
  /** Resources that have a finding already and are not in the order. */
  skipped: readonly string[];
}

interface Drawing {
  plan: Plan;
  modules: Modules;
  /** What is being planned. */
  place: { origin?: Origin };
}

async function planStack(
  { stack, scope, resources, order, skipped }: OrderedStack,
  { plan, modules, place }: Drawing,
): Promise<PlanProblem[]> {
  const problems: PlanProblem[] = [];
  const failed = new Set<string>(skipped);
  const providers = customResourceProviders(stack.template);
  const shared = { stackName: stack.name, stackTags: stack.tags, modules, endpoint: '', asset: assetsOf(stack) };
  for (const logicalId of order) {
    const origin = { stack, logicalId };
    place.origin = origin;
    const { Type: type = '', Properties: properties = {} } = stack.template.Resources[logicalId] ?? {};
    try {
      const resourceType = providers.has(logicalId) ? undefined : resourceTypeOf(type);
      const resolved = resourceType && resolve(properties, scope);
      if (type === 'AWS::StepFunctions::StateMachine' && isObject(resolved))
        plan.declaredMachines.push({ origin, properties: resolved });
      const made = await resourceType?.create(resolved, resourceContext(shared, logicalId));
      resources.set(logicalId, made ?? { id: logicalId, attributes: {} });
    } catch (cause) {
      // What refers to a failed resource fails for that alone: not worth a second finding.
      const consequence = [...referencesIn(properties)].some((id) => failed.has(id));
      if (!consequence) problems.push({ origin, path: [], message: located(type, cause).message });
      failed.add(logicalId);
    }
  }
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

/** The resources whose conditions hold, in the order of their creation; no order when there is none. */
function orderOf(stack: AssemblyStack, scope: Scope): { order?: string[]; problems: PlanProblem[] } {
  const { Resources } = stack.template;
  const problems: PlanProblem[] = [];
  const included = new Set<string>();
  for (const [logicalId, { Condition }] of Object.entries(Resources))
    try {
      if (Condition === undefined || evaluateCondition(Condition, scope)) included.add(logicalId);
    } catch (cause) {
      const { message } = located(`Condition ${Condition}`, cause);
      problems.push({ origin: { stack, logicalId }, path: ['Condition'], message });
    }
  try {
    return { order: creationOrder(Resources, included), problems };
  } catch (cause) {
    if (!(cause instanceof DependencyError)) throw cause;
    const { logicalId, message } = cause;
    return { problems: [...problems, { origin: { stack, logicalId }, path: ['DependsOn'], message }] };
  }
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
