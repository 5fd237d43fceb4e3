import { checkDefinition } from '../local/step-functions/definition/check.ts';
import { unusedSubstitutions } from '../local/step-functions/definition/placeholders.ts';
import type { DefinitionSource } from './definition-source.ts';
import type { Finding } from './finding.ts';
import type { Origin } from './plan/plan.ts';
import type { TemplateSources } from './template-source.ts';

/** What is wrong with the definition of one state machine, at its places in the source. */
export function definitionFindings(
  definition: DefinitionSource,
  origin: Origin,
  templates: TemplateSources,
): Finding[] {
  const problems = checkDefinition(definition.source, definition).map(
    ({ rule, message, path, offset, position, fix }): Finding => ({
      rule,
      severity: 'error',
      message,
      ...definition.place(path, offset),
      ...position,
      fix,
    }),
  );
  const unused = unusedSubstitutions(definition.source.value, definition.substitutions).map(
    (name): Finding => ({
      rule: 'unused-substitution',
      severity: 'error',
      message: `The substitution ${name} fills no placeholder`,
      ...templates.at(origin, ['Properties', 'DefinitionSubstitutions', name]),
      fix: `remove it from the definitionSubstitutions of ${templates.nameOf(origin)}`,
    }),
  );
  return [...problems, ...(definition.source.syntaxError ? [] : unused)];
}
