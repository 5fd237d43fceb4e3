import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ProvisionError } from './provision-error.ts';
import type { ResourceContext } from './resource-type.ts';

/** The properties of a state machine that make its definition; exactly one of the first three is there. */
export interface DefinitionProperties {
  Definition?: unknown;
  DefinitionString?: string | undefined;
  DefinitionS3Location?: { Key: string } | undefined;
  DefinitionSubstitutions: Readonly<Record<string, string>>;
}

const PLACEHOLDER = /\$\{([A-Za-z0-9_]+)\}/g;

/**
 * The definition with its placeholders replaced, as CloudFormation does it, and the id of this revision.
 * @throws ProvisionError naming every placeholder that has no substitution
 */
export function stateMachineDefinition(
  properties: DefinitionProperties,
  context: Pick<ResourceContext, 'asset'>,
): { definition: string; revisionId: string } {
  const missing = new Set<string>();
  const definition = sourceOf(properties, context).replace(PLACEHOLDER, (placeholder, name: string) => {
    const value = properties.DefinitionSubstitutions[name];
    if (value === undefined) missing.add(placeholder);
    return value ?? placeholder;
  });
  if (missing.size > 0)
    throw new ProvisionError(`DefinitionSubstitutions has nothing for ${[...missing].join(', ')} of the definition`);
  return { definition, revisionId: createHash('sha256').update(definition).digest('hex').slice(0, 32) };
}

function sourceOf(properties: DefinitionProperties, context: Pick<ResourceContext, 'asset'>): string {
  const { Definition, DefinitionString, DefinitionS3Location } = properties;
  if (DefinitionString !== undefined) return DefinitionString;
  if (DefinitionS3Location) return readFileSync(context.asset(DefinitionS3Location.Key).path, 'utf8');
  if (Definition !== undefined) return JSON.stringify(Definition);
  throw new ProvisionError('needs one of Definition, DefinitionString, DefinitionS3Location');
}
