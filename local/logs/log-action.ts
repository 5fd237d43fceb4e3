import { localArn } from '../gateway/arn.ts';
import type { JsonAction } from '../gateway/service.ts';
import { groupOf } from './log-lookup.ts';

/** An action that needs the right to itself on the group, and the stream, that its input names. */
export function logAction(name: string, run: JsonAction['run']): Record<string, JsonAction> {
  return { [name]: { requires: (input) => [{ action: `logs:${name}`, resource: resourceOf(input) }], run } };
}

/** As AWS writes it for actions on groups, too: `log-group:<name>:log-stream:<stream, or nothing>`. */
function resourceOf(input: Readonly<Record<string, unknown>>): string {
  const stream = typeof input['logStreamName'] === 'string' ? input['logStreamName'] : '';
  return localArn('logs', `log-group:${groupOf(input) ?? ''}:log-stream:${stream}`);
}
