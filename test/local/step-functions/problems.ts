import { JsonSource } from '../../../local/json-source.ts';
import { checkDefinition } from '../../../local/step-functions/definition/check.ts';

/** What is wrong with a definition, as `line: message`. */
export function check(
  definition: string | object,
  options: { type?: 'EXPRESS'; substitutions?: [string, string][] } = {},
) {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition, null, 1);
  const source = new JsonSource('asl/machine.asl.json', text);
  const problems = checkDefinition(source, {
    type: options.type ?? 'STANDARD',
    substitutions: new Map(options.substitutions),
  });
  return problems.map(({ path, offset, position, message }) => {
    const { line } = position ?? source.position(path, offset);
    return `${line}: ${message}`;
  });
}

/** A JSONata machine of these states, the first of which starts it. */
export function machine(states: Record<string, object>) {
  return { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states };
}

/** Without the lines. */
export const messages = (definition: object, options = {}) =>
  check(definition, options).map((line) => line.replace(/^\d+: /, ''));
