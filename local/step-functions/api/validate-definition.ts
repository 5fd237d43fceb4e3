import { validate } from '../definition/validate.ts';
import type { Input } from './input.ts';

/** Most diagnostics in one answer. */
const MOST_DIAGNOSTICS = 100;

/** ValidateStateMachineDefinition. */
export function validateDefinition(input: Input): object {
  const definition = input.text('definition');
  const type = input.choice('type', ['STANDARD', 'EXPRESS']);
  const severity = input.choice('severity', ['ERROR', 'WARNING']);
  const limit = input.pageSize(MOST_DIAGNOSTICS, MOST_DIAGNOSTICS);
  const found = validate(definition, type).filter((one) => severity === 'WARNING' || one.severity === 'ERROR');
  return {
    result: found.some((one) => one.severity === 'ERROR') ? 'FAIL' : 'OK',
    diagnostics: found.slice(0, limit),
    truncated: found.length > limit,
  };
}
