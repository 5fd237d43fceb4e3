import type { StackResourceSummary } from '@aws-sdk/client-cloudformation';
import type { Gate } from '../session.ts';

/** What a check found. `wayOut` says what to do about anything but `ok`. */
export interface CheckResult {
  status: 'ok' | 'warning' | 'problem' | 'skipped';
  detail: string;
  wayOut?: string;
}

/** What checks look at. */
export interface Patient extends Gate {
  /** Every resource of the stack. */
  resources: readonly StackResourceSummary[];
  now: Date;
  /** A body that Jira is to send, to see what it would do. */
  jiraBody?: string;
}

/** One thing to look at. Adding one is a line in `checks.ts`. */
export interface Check {
  name: string;
  run: (patient: Patient) => Promise<CheckResult>;
}

export const ok = (detail: string): CheckResult => ({ status: 'ok', detail });
export const warning = (detail: string, wayOut: string): CheckResult => ({ status: 'warning', detail, wayOut });
export const problem = (detail: string, wayOut: string): CheckResult => ({ status: 'problem', detail, wayOut });
export const skipped = (detail: string): CheckResult => ({ status: 'skipped', detail });

/** Physical ids of the stack's resources of one type: names, URLs or ARNs, as CloudFormation has them. */
export function idsOf({ resources }: Patient, type: string): string[] {
  return resources.flatMap(({ ResourceType, PhysicalResourceId }) =>
    ResourceType === type && PhysicalResourceId ? [PhysicalResourceId] : [],
  );
}
