import type { JsonPath } from '../../json-source.ts';
import { isObject } from '../json.ts';
import type { Problem } from './problem.ts';

const PLACEHOLDER = /\$\{([^}]*)\}/g;

/** What CloudFormation puts in place of `${Name}`. */
export type Substitutions = ReadonlyMap<string, string>;

/** Fills `${Name}` as CloudFormation does with `DefinitionSubstitutions`; what has no value stays. */
export function substitute(text: string, substitutions: Substitutions): string {
  return text.replace(PLACEHOLDER, (whole, name: string) => substitutions.get(name) ?? whole);
}

/** Placeholders that nothing fills. */
export function unfilledPlaceholders(definition: unknown, substitutions: Substitutions): Problem[] {
  return strings(definition, []).flatMap(({ text, path }) =>
    [...text.matchAll(PLACEHOLDER)]
      .filter(([, name = '']) => !substitutions.has(name))
      .map(([whole, name]) => ({
        rule: 'placeholder-without-substitution',
        message: `The placeholder ${whole} has no substitution`,
        path,
        fix: `add ${name} to the state machine's definitionSubstitutions, or remove it`,
      })),
  );
}

/** Substitutions that no placeholder asks for. */
export function unusedSubstitutions(definition: unknown, substitutions: Substitutions): string[] {
  const used = new Set(
    strings(definition, []).flatMap(({ text }) => [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name)),
  );
  return [...substitutions.keys()].filter((name) => !used.has(name));
}

function strings(value: unknown, path: JsonPath): { text: string; path: JsonPath }[] {
  if (typeof value === 'string') return [{ text: value, path }];
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => strings(item, [...path, index]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => [
    ...strings(key, [...path, key]),
    ...strings(item, [...path, key]),
  ]);
}
