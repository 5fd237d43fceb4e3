import { AwsError } from '../gateway/aws-error.ts';
import { PatternFault } from './pattern-fault.ts';
import { type Alternative, flattenPattern } from './pattern-fields.ts';
import { jsonFault } from './pattern-json.ts';
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
    return flattenPattern(parsed(text));
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    throw new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${error.message}`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PatternFault(jsonFault(text));
  }
}
