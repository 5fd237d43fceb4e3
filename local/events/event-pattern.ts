import { AwsError } from '../gateway/aws-error.ts';
import { parsePattern } from './pattern-document.ts';
import { PatternFault } from './pattern-fault.ts';
import { type Alternative, flattenPattern } from './pattern-fields.ts';
import { matches } from './pattern-match.ts';

/** A compiled event pattern. `true` when the event (parsed JSON, an object) matches. */
export type EventPattern = (event: unknown) => boolean;

/**
 * Compiles an event pattern as EventBridge's rule engine does.
 *
 * @param text the pattern's JSON text
 * @throws AwsError `InvalidEventPatternException`, with AWS's reason
 */
export function compilePattern(text: string): EventPattern {
  const alternatives = compiled(text);
  return (event) => matches(alternatives, event);
}

function compiled(text: string): Alternative[] {
  try {
    return flattenPattern(parsePattern(text));
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    throw new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${error.message}`);
  }
}
