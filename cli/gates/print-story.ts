import type { Session } from '../session.ts';
import { type Column, printTable } from '../table.ts';
import type { StoredCallback, StoredWait, StoryRecords } from './story-records.ts';

/** Writes all that is recorded for a story: its executions and every callback with what became of it. */
export function printStory(session: Session, story: string, { waits, callbacks, links }: StoryRecords): void {
  const { terminal } = session;
  terminal.heading(story);
  for (const link of links) terminal.line(`The issue is also ${link}: storygate show ${link}`);
  if (waits.length > 0) printTable(terminal, waitColumns(session), waits);
  else terminal.line('No execution has waited for it.');
  terminal.heading('Callbacks');
  if (callbacks.length > 0) printTable(terminal, callbackColumns(session), callbacks);
  else terminal.line('None was accepted.');
}

function waitColumns(session: Session): Column<StoredWait>[] {
  return [
    { title: 'EXECUTION', value: (wait) => wait.executionName, shrinks: true },
    {
      title: 'STATUS',
      value: (wait) => wait.status,
      style: (wait) => (wait.status === 'WAITING' ? 'yellow' : undefined),
    },
    { title: 'WAITING SINCE', value: (wait) => session.time(wait.waitingSince) },
    { title: 'OUTCOME', value: (wait) => wait.outcome ?? wait.endedAs ?? '' },
    { title: 'BY', value: (wait) => wait.actor?.displayName ?? '', shrinks: true },
  ];
}

function callbackColumns(session: Session): Column<StoredCallback>[] {
  return [
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
