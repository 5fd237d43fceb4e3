import type { Session } from '../session.ts';
import { type Column, printTable } from '../table.ts';
import { progressOf } from './approvals.ts';
import type { StoredCallback, StoredWait, StoryRecords } from './story-records.ts';

/** Writes all that is recorded for a story: its executions and every callback with what became of it. */
export function printStory(session: Session, story: string, { waits, callbacks, links }: StoryRecords): void {
  const { terminal } = session;
  terminal.heading(story);
  if (links.length > 0) terminal.line(`Jira has moved the issue: it has the key ${links.join(', ')}, too.`);
  const moved = links.length > 0;
  if (waits.length > 0) printTable(terminal, waitColumns(session, waits, moved), waits);
  else terminal.line('No execution has waited for it.');
  terminal.heading('Callbacks');
  if (callbacks.length > 0) printTable(terminal, callbackColumns(session, { moved }), callbacks);
  else terminal.line('None was accepted.');
}

function waitColumns(session: Session, waits: readonly StoredWait[], moved: boolean): Column<StoredWait>[] {
  const several = waits.some((wait) => progressOf(wait) !== undefined);
  return [
    ...(moved ? [storyColumn] : []),
    { title: 'EXECUTION', value: (wait) => wait.executionName, shrinks: true },
    {
      title: 'STATUS',
      value: (wait) => wait.status,
      style: (wait) => (wait.status === 'WAITING' ? 'yellow' : undefined),
    },
    { title: 'WAITING SINCE', value: (wait) => session.time(wait.waitingSince) },
    ...(several ? [{ title: 'APPROVALS', value: (wait: StoredWait) => progressOf(wait) ?? '', shrinks: true }] : []),
    { title: 'OUTCOME', value: (wait) => wait.outcome ?? wait.endedAs ?? '' },
    { title: 'BY', value: (wait) => wait.actor?.displayName ?? '', shrinks: true },
  ];
}

const storyColumn = { title: 'STORY', value: ({ jiraStoryId }: { jiraStoryId: string }) => jiraStoryId };

/** The columns of callbacks; with the key under which each was recorded, where there are several. */
export function callbackColumns(session: Session, { moved }: { moved: boolean }): Column<StoredCallback>[] {
  return [
    ...(moved ? [storyColumn] : []),
    { title: 'CALLBACK', value: (callback) => callback.callbackId, shrinks: true },
    { title: 'RECEIVED', value: (callback) => session.time(callback.receivedAt) },
    { title: 'OUTCOME', value: (callback) => callback.outcome },
    { title: 'BY', value: (callback) => callback.actor.displayName, shrinks: true },
    { title: 'BECAME', value: (callback) => callback.disposition },
    { title: 'BECAUSE', value: becauseOf, shrinks: true },
    { title: 'COMMENT', value: (callback) => callback.message, shrinks: true },
  ];
}

/** Why a callback did not reach an execution, for each that it met. */
function becauseOf({ answers = [] }: StoredCallback): string {
  return answers.flatMap(({ result, because }) => (result !== 'RELAYED' && because ? [because] : [])).join('; ');
}
