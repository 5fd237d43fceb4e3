import { plain } from '../plain-text.ts';
import type { Session } from '../session.ts';
import { span } from '../span.ts';
import { type Column, printTable } from '../table.ts';
import { type CountedWait, progressOf } from './approvals.ts';
import { notAdmittedText } from './not-admitted.ts';

/** Below this a wait is about to end without an answer. */
const SOON_MS = 3_600_000;

/** Writes what waits as a table. */
export function printGates(session: Session, gates: readonly CountedWait[]): void {
  const several = gates.some((wait) => progressOf(wait) !== undefined);
  printTable(session.terminal, columns(session, { several }), gates);
  for (const { jiraStoryId, notAdmitted } of gates)
    if (notAdmitted) session.terminal.warn(`${jiraStoryId}: ${plain(notAdmittedText(session, notAdmitted))}`);
}

function columns(session: Session, { several }: { several: boolean }): Column<CountedWait>[] {
  const now = session.io.now().getTime();
  const left = (wait: CountedWait) => Date.parse(wait.expiresAt) - now;
  return [
    { title: 'STORY', value: storyOf, style: () => 'bold' },
    { title: 'WAITING SINCE', value: (wait) => session.time(wait.waitingSince) },
    {
      title: 'TIMEOUT IN',
      value: (wait) => (left(wait) > 0 ? span(left(wait)) : 'overdue'),
      style: (wait) => (left(wait) < SOON_MS ? 'yellow' : undefined),
    },
    ...(several ? [{ title: 'APPROVALS', value: (wait: CountedWait) => progressOf(wait) ?? '', shrinks: true }] : []),
    { title: 'EXECUTION', value: (wait) => wait.executionName, shrinks: true, style: () => 'dim' },
  ];
}

/** The key under which it waits, and the one that its issue has now. */
function storyOf({ jiraStoryId, movedTo }: CountedWait): string {
  return movedTo ? `${jiraStoryId}, now ${movedTo}` : jiraStoryId;
}
