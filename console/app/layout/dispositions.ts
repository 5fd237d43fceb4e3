import type { StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';

/** What became of a decision, in words, and what that means where it is not plain. */
export interface DispositionWords {
  type: StatusIndicatorProps.Type;
  text: string;
  meaning?: string;
}

const WORDS: Readonly<Record<string, DispositionWords>> = {
  RELAYED: { type: 'success', text: 'Relayed' },
  COUNTED: { type: 'success', text: 'Counted', meaning: 'one of several approvals that the gate asks for' },
  PARKED: { type: 'pending', text: 'Parked', meaning: 'nothing waited for it' },
  QUEUED: { type: 'in-progress', text: 'In the queue' },
  RETRYING: { type: 'warning', text: 'Tried again later' },
  DEAD_LETTER: { type: 'error', text: 'Dead letter' },
  LATE: { type: 'warning', text: 'Late', meaning: 'the gate had ended' },
  DUPLICATE: { type: 'stopped', text: 'Duplicate', meaning: 'it was decided already, or by the same person' },
  IGNORED: { type: 'warning', text: 'Ignored', meaning: 'by someone who may not answer the gate' },
  NOT_ADMITTED: { type: 'warning', text: 'Too early', meaning: 'made before the execution started' },
  NO_DECISION: { type: 'info', text: 'No decision' },
  REFUSED: { type: 'error', text: 'Refused by the webhook' },
  ISSUE_MOVED: { type: 'info', text: 'Issue moved' },
};

/** The words for a disposition of a callback, for what a callback met at one wait, or for what the logs say instead. */
export function dispositionOf(disposition: string): DispositionWords {
  return WORDS[disposition] ?? { type: 'info', text: disposition };
}
