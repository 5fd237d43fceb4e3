import type { JsonPath } from '../json-source.ts';

/** Something wrong with a state machine's definition. */
export interface Problem {
  /** AWS's diagnostic code in lower case (`missing-transition-target`), or the name of a check that AWS does not make. */
  rule: string;
  severity?: 'warning';
  /** AWS's words where AWS makes the check. */
  message: string;
  path: JsonPath;
  /** Characters into the string that stands at `path`. */
  offset?: number;
  /** Another place than the key at `path`, for what cannot be addressed: the second of two equal keys. */
  position?: { line: number; column: number };
  fix: string;
}
