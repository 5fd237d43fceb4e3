import type { AssemblyStack } from '../assembly/assembly.ts';
import { AssemblyError } from '../assembly/assembly-error.ts';
import { localArn } from '../gateway/arn.ts';
import { evaluateCondition } from './conditions.ts';
import { customResourceProviders } from './custom-resource-providers.ts';
import { resolveDynamicReferences } from './dynamic-references.ts';
import { creationOrder } from './graph.ts';
import { resolve } from './intrinsics.ts';
import type { Modules } from './modules.ts';
import { parameterValues } from './parameters.ts';
import { physicalName, physicalUuid } from './physical-name.ts';
import { located } from './provision-error.ts';
import { type ResourceContext, resourceContext } from './resource-type.ts';
import { resourceTypeOf } from './resources/registry.ts';
import type { ProvisionedResource, Scope } from './scope.ts';

/** The resources that one stack has, and everything its outputs may refer to. */
export interface StackState {
  scope: Scope;
  /** In the order in which they were made. */
  resources: ReadonlyMap<string, ProvisionedResource>;
}

/**
 * Makes all resources of a stack, each after those it needs.
 * @throws ProvisionError naming stack, resource and type
 */
export async function provisionResources(
  stack: AssemblyStack,
  modules: Modules,
  exports: ReadonlyMap<string, string>,
): Promise<StackState> {
  const resources = new Map<string, ProvisionedResource>();
  const scope: Scope = {
    template: stack.template,
    stackName: stack.name,
    stackId: stackId(stack.name),
    parameters: parameterValues(stack),
    resources,
    exports,
  };
  const shared = {
    stackName: stack.name,
    stackTags: stack.tags,
    modules,
    asset: assetFinder(stack),
  };
  const providers = customResourceProviders(stack.template);
  for (const id of creationOrder(stack.template.Resources, included(scope))) {
    const made = providers.has(id)
      ? withoutEffect(stack.name, id)
      : await provisionResource(id, scope, resourceContext(shared, id));
    resources.set(id, made);
  }
  return { scope, resources };
}

/** ARN of a stack: its UUID stays the same over restarts. */
export function stackId(name: string): string {
  return localArn('cloudformation', `stack/${name}/${physicalUuid(name, '')}`);
}

function included(scope: Scope): Set<string> {
  const holds = ([id, { Condition }]: [string, { Condition?: string | undefined }]): boolean => {
    try {
      return Condition === undefined || evaluateCondition(Condition, scope);
    } catch (cause) {
      throw located(`${scope.stackName}/${id}: Condition ${Condition}`, cause);
    }
  };
  return new Set(
    Object.entries(scope.template.Resources)
      .filter(holds)
      .map(([id]) => id),
  );
}

async function provisionResource(id: string, scope: Scope, context: ResourceContext): Promise<ProvisionedResource> {
  const { Type: type, Properties: properties } = scope.template.Resources[id] ?? { Type: '', Properties: {} };
  try {
    const resource = resourceTypeOf(type);
    if (!resource) return withoutEffect(scope.stackName, id);
    const secret = (secretId: string) => context.modules.secrets.value(secretId);
    return await resource.create(resolveDynamicReferences(resolve(properties, scope), secret), context);
  } catch (cause) {
    throw located(`${scope.stackName}/${id} (${type})`, cause);
  }
}

function withoutEffect(stackName: string, logicalId: string): ProvisionedResource {
  return { id: physicalName(stackName, logicalId, { maxLength: 255 }), attributes: {} };
}

function assetFinder(stack: AssemblyStack): ResourceContext['asset'] {
  return (objectKey) => {
    if (stack.assets) return stack.assets.find(objectKey);
    throw new AssemblyError(`stack ${stack.name} has no assets, so no ${objectKey}; run \`npm run synth\``);
  };
}
