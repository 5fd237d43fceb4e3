import { progressOf } from '../gates/approvals.ts';
import { notAdmittedText } from '../gates/not-admitted.ts';
import { callbackColumns } from '../gates/print-story.ts';
import type { StoredCallback, StoredWait } from '../gates/story-records.ts';
import type { Session } from '../session.ts';
import { span } from '../span.ts';
import { printTable } from '../table.ts';
import type { Style } from '../terminal.ts';
import { printTree } from './print-tree.ts';
import type { StateRun } from './state-tree.ts';

/** An execution as `show` tells it; its JSON is this, with times in ISO 8601. */
export interface ExecutionReport {
  name: string;
  arn: string;
  status: string;
  startedAt: Date;
  endedAt?: Date;
  jiraStoryId?: string;
  /** The workflow file, as `s3://bucket/key`. */
  file?: string;
  error?: string;
  cause?: string;
  /** What the waits table knows of its wait; the decision is part of it. */
  wait?: StoredWait;
  /** The decisions that it met, oldest first. */
  callbacks: StoredCallback[];
  states: StateRun[];
}

const STATUS_STYLES: Readonly<Record<string, Style>> = {
  SUCCEEDED: 'green',
  FAILED: 'red',
  TIMED_OUT: 'red',
  ABORTED: 'red',
  RUNNING: 'cyan',
};

/** Writes an execution: how it stands, its states, what it waits for, and the decision. */
export function printExecution(session: Session, report: ExecutionReport): void {
  const { terminal, io } = session;
  terminal.heading(report.name);
  const took = (report.endedAt ?? io.now()).getTime() - report.startedAt.getTime();
  terminal.facts(
    {
      Status: report.status,
      Story: report.jiraStoryId,
      File: report.file,
      Started: `${session.time(report.startedAt)}, ${report.endedAt ? `took ${span(took)}` : `${span(took)} so far`}`,
      Error: report.error && [report.error, report.cause].filter(Boolean).join(': '),
    },
    { Status: STATUS_STYLES[report.status] ?? 'bold', Error: 'red' },
  );
  terminal.heading('States');
  printTree(terminal, report.states, io.now());
  // A record that still says WAITING when its execution has ended was overtaken by the end; it tells nothing more.
  if (report.wait && (report.wait.status !== 'WAITING' || report.status === 'RUNNING')) printWait(session, report.wait);
}

function printWait(session: Session, wait: StoredWait): void {
  const { terminal } = session;
  const waits = wait.status === 'WAITING';
  terminal.heading(waits ? 'Waits' : 'Decision');
  terminal.facts({
    Outcome: waits ? undefined : (wait.outcome ?? `none: ${wait.endedAs ?? wait.status.toLowerCase()}`),
    By: wait.actor?.displayName,
    Comment: wait.message,
    At: wait.answeredAt && session.time(wait.answeredAt),
    Callback: wait.callbackId,
    Since: waits ? session.time(wait.waitingSince) : undefined,
    Until: waits ? session.time(wait.expiresAt) : undefined,
    Approvals: progressOf(wait),
    Approvers: wait.approvers?.join(', '),
    'Moved to': wait.movedTo,
    'Not counted': wait.notAdmitted && notAdmittedText(session, wait.notAdmitted),
  });
}

/** Every decision that the execution met; nothing where that is the one that it went on with. */
export function printCallbacks(session: Session, { callbacks, wait }: ExecutionReport): void {
  if (callbacks.every(({ callbackId }) => callbackId === wait?.callbackId)) return;
  session.terminal.heading('Callbacks');
  const moved = callbacks.some(({ jiraStoryId }) => jiraStoryId !== wait?.jiraStoryId);
  printTable(session.terminal, callbackColumns(session, { moved }), callbacks);
}
