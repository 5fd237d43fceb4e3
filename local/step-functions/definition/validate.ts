import { type JsonPath, JsonSource } from '../../json-source.ts';
import { checkDefinition } from './check.ts';
import type { Problem } from './problem.ts';
import type { MachineKind } from './resources.ts';

/** A finding about a definition, as ValidateStateMachineDefinition answers it. */
export interface Diagnostic {
  severity: 'ERROR' | 'WARNING';
  code: string;
  message: string;
  /** Path in the definition, for example `/States/Wait/Next`; missing where the service names none. */
  location?: string;
}

/**
 * What the service accepts although it cannot work: such machines are created, and fail when they run. And what nobody here
 * can tell: `localLimits` keeps it from being created.
 */
const ACCEPTED = new Set([
  'repeated-field',
  'sdk-client-not-installed',
  'shadowed-error-name',
  'task-token-not-passed',
  'unclosed-expression',
  'unknown-error-name',
  'unknown-function',
  'unknown-variable',
]);

/** What AWS would say about a definition, in its words. An error among the findings means that it is refused. */
export function validate(definition: string, type: MachineKind = 'STANDARD'): Diagnostic[] {
  return checkDefinition(new JsonSource('definition', definition), { type })
    .filter(({ rule }) => !ACCEPTED.has(rule))
    .map(diagnostic);
}

function diagnostic({ rule, message, path, location }: Problem): Diagnostic {
  const code = rule.toUpperCase().replaceAll('-', '_');
  const place = location === undefined ? path : location;
  return { severity: 'ERROR', code, message, ...(place && { location: pointer(place) }) };
}

/** `/States/Choose/Choices[0]/Next` */
function pointer(path: JsonPath): string {
  return path.map((step) => (typeof step === 'number' ? `[${step}]` : `/${step}`)).join('') || '/';
}

/** The message of `InvalidDefinition` for these findings. */
export function invalidDefinition(diagnostics: readonly Diagnostic[]): string {
  const findings = diagnostics
    .filter(({ severity }) => severity === 'ERROR')
    .map(({ code, message, location }) => `${code}: ${message} at ${location ?? null}`);
  return `Invalid State Machine Definition: '${findings.join(', ')}'`;
}
