import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { GateRow } from './gate-rows.ts';

/** Why the last decision does not count for a gate. */
export function NotCounted({ outcome, actor, because }: NonNullable<GateRow['notAdmitted']>) {
  return (
    <StatusIndicator type="warning">{because ?? `${outcome} by ${actor.displayName} came too early`}</StatusIndicator>
  );
}
