import type * as z from 'zod/mini';
import type { NotAdmitted } from '../../services/callback-relay/records.ts';
import type { Session } from '../session.ts';

/** Why the last decision does not count for a wait, in one sentence. */
export function notAdmittedText(
  session: Pick<Session, 'time'>,
  { outcome, actor, receivedAt, because }: z.infer<typeof NotAdmitted>,
): string {
  const why = because ?? 'it came before the execution started';
  return `${outcome} by ${actor.displayName}, received ${session.time(receivedAt)}, does not count: ${why}`;
}
