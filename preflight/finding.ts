/** Something that would fail at deployment or at run time. */
export interface Finding {
  /** Which check found it: `missing-transition-target`. */
  rule: string;
  /** Errors stop a deployment; warnings are worth a look. */
  severity: 'error' | 'warning';
  /** What AWS would say. */
  message: string;
  /** Relative to the project, so that it can be clicked. */
  file: string;
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 units as editors count. */
  column?: number;
  /** What to change. */
  fix: string;
}

/** One line: `asl/release-gate.asl.json:12  Missing 'Next' target: WriteResultsToS3 (name a state of …)`. */
export function formatFinding({ severity, message, file, line, fix }: Finding): string {
  return `${file}:${line}  ${severity === 'warning' ? 'warning: ' : ''}${message} (${fix})`;
}
