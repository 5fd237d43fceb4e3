import { plain } from '../plain-text.ts';
import type { Session } from '../session.ts';
import { span } from '../span.ts';
import { type Column, printTable } from '../table.ts';
import { notAdmittedText } from './not-admitted.ts';
import type { PendingWait } from './pending-waits.ts';

/** Below this a wait is about to end without an answer. */
const SOON_MS = 3_600_000;

/** Writes what waits as a table. */
export function printGates(session: Session, gates: readonly PendingWait[]): void {
  printTable(session.terminal, columns(session), gates);
  for (const { jiraStoryId, notAdmitted } of gates)
    if (notAdmitted) session.terminal.warn(`${jiraStoryId}: ${plain(notAdmittedText(session, notAdmitted))}`);
}

function columns(session: Session): Column<PendingWait>[] {
  const now = session.io.now().getTime();
  const left = (wait: PendingWait) => Date.parse(wait.expiresAt) - now;
  return [
    { title: 'STORY', value: (wait) => wait.jiraStoryId, style: () => 'bold' },
    { title: 'WAITING SINCE', value: (wait) => session.time(wait.waitingSince) },
    {
      title: 'TIMEOUT IN',
      value: (wait) => (left(wait) > 0 ? span(left(wait)) : 'overdue'),
      style: (wait) => (left(wait) < SOON_MS ? 'yellow' : undefined),
    },
    { title: 'EXECUTION', value: (wait) => wait.executionName, shrinks: true, style: () => 'dim' },
  ];
}
