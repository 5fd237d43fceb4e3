import type { DeadLetter } from '../../services/callback-relay/dead-letter.ts';
import type { Session } from '../session.ts';
import { span } from '../span.ts';
import { type Column, printTable } from '../table.ts';

const COLUMNS: readonly Column<DeadLetter>[] = [
  { title: 'STORY', value: (letter) => letter.jiraStoryId ?? '?', style: () => 'bold' },
  { title: 'CALLBACK', value: (letter) => letter.callbackId, shrinks: true },
  { title: 'OUTCOME', value: (letter) => letter.outcome ?? '?' },
  { title: 'REASON', value: (letter) => letter.reason, style: () => 'red' },
  { title: 'AGE', value: (letter) => span(letter.ageMs) },
  { title: 'RECEIVED', value: (letter) => `${letter.receiveCount}×` },
  { title: 'ERROR', value: (letter) => letter.error ?? '', shrinks: true },
];

/** Writes letters as a table. */
export function printLetters(session: Session, letters: readonly DeadLetter[]): void {
  printTable(session.terminal, COLUMNS, letters);
}

/** Writes all of one letter. */
export function printLetter(session: Session, letter: DeadLetter): void {
  const { terminal } = session;
  terminal.heading(letter.callbackId);
  terminal.facts({
    Story: letter.jiraStoryId ?? 'unknown',
    Outcome: letter.outcome,
    By: letter.actor,
    Reason: letter.reason,
    Error: letter.error,
    Accepted: letter.receivedAt && session.time(letter.receivedAt),
    'Dead since': session.time(letter.since),
    Received: `${letter.receiveCount} times by the relay`,
    Body: letter.body,
  });
}
