import { z } from 'zod';
import type { Assets } from '../assembly/assets.ts';
import type { Modules } from './modules.ts';
import { type NameRules, physicalId, physicalName, physicalUuid } from './physical-name.ts';
import { ProvisionError } from './provision-error.ts';
import type { ProvisionedResource } from './scope.ts';

/** What a resource type may use to make a resource. */
export interface ResourceContext {
  logicalId: string;
  stackName: string;
  stackTags: Readonly<Record<string, string>>;
  modules: Modules;
  /**
   * The code or file behind an object key of the bootstrap bucket.
   * @throws AssemblyError
   */
  asset: Assets['find'];
  /** The name that the template gives, else a generated one. */
  name(given: string | undefined, rules: NameRules): string;
  /** A generated id of lower-case letters and digits. */
  id(length: number): string;
  uuid(): string;
}

/** One CloudFormation resource type. Adding a type is adding a file and a line in `resources/registry.ts`. */
export interface ResourceType {
  /** `AWS::SQS::Queue` */
  readonly type: string;
  /** Makes the resource, or brings it up to date. Throws AwsError, ProvisionError or PolicyError. */
  create(properties: unknown, context: ResourceContext): Promise<ProvisionedResource>;
}

/** @typeParam Properties what the type's schema makes of the template's properties */
export interface ResourceDefinition<Properties> {
  type: string;
  /** The properties that are honoured, as a strict object: anything else in a template is an error. */
  properties: z.ZodType<Properties>;
  /** Top-level properties without local effect, each with its reason. */
  ignored?: Readonly<Record<string, string>>;
  create(properties: Properties, context: ResourceContext): Promise<ProvisionedResource> | ProvisionedResource;
}

/** Zod would compile a function for each schema, which pays only when it is used often. */
const ONCE = { jitless: true };

/** Wraps a definition so that properties are validated before it runs and none is dropped silently. */
export function resourceType<Properties>(definition: ResourceDefinition<Properties>): ResourceType {
  const ignored = new Set(Object.keys(definition.ignored ?? {}));
  return {
    type: definition.type,
    create: async (properties, context) => {
      const kept = Object.entries(Object(properties)).filter(([name]) => !ignored.has(name));
      const parsed = definition.properties.safeParse(Object.fromEntries(kept), ONCE);
      if (!parsed.success) throw propertyError(definition.type, parsed.error.issues);
      return definition.create(parsed.data, context);
    },
  };
}

/** Context of one resource; names are derived from stack and logical id. */
export function resourceContext(
  fixed: Pick<ResourceContext, 'stackName' | 'stackTags' | 'modules' | 'asset'>,
  logicalId: string,
): ResourceContext {
  return {
    ...fixed,
    logicalId,
    name: (given, rules) => given ?? physicalName(fixed.stackName, logicalId, rules),
    id: (length) => physicalId(fixed.stackName, logicalId, length),
    uuid: () => physicalUuid(fixed.stackName, logicalId),
  };
}

function propertyError(type: string, issues: readonly z.core.$ZodIssue[]): ProvisionError {
  const [issue] = issues;
  if (issue?.code !== 'unrecognized_keys') return new ProvisionError(`${pathOf(issue?.path)}: ${issue?.message}`);
  const names = issue.keys.map((key) => pathOf([...issue.path, key])).join(', ');
  return new ProvisionError(`${names} is not supported here; add it to ${fileOf(type)}`);
}

function pathOf(path: readonly PropertyKey[] | undefined): string {
  return path && path.length > 0 ? z.core.toDotPath([...path]) : 'Properties';
}

/** Where a resource type lives: `AWS::SQS::Queue` → `local/provision/resources/sqs-queue.ts`. */
export function fileOf(type: string): string {
  const [service = '', name = ''] = type.replace(/^AWS::/, '').split('::');
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1-$2');
  return `local/provision/resources/${service}-${words}.ts`.toLowerCase();
}
