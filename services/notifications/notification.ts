import type { Announcement } from './announcement.ts';

/** What people are told about. Subscribers filter by it. */
export const NOTIFICATION_KINDS = ['failure', 'rejection', 'expiry', 'wrong-input', 'reminder', 'dead-letter'] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** Errors of `ReadInputFromS3` that whoever uploaded the file can mend, and nobody else. */
const WRONG_INPUT = new Set(['InvalidWorkflowFile', 'InvalidJson', 'InvalidExecutionInput']);

/** A message for people, as SNS takes it. */
export interface Notification {
  kind: NotificationKind;
  /** For the subject of e-mails: at most 99 printable ASCII characters, so nothing in it can become a header. */
  subject: string;
  text: string;
  /** Strings that subscribers filter by; none is empty. */
  attributes: Record<string, string>;
}

/** SNS takes fewer than 100 characters. */
const LONGEST_SUBJECT = 99;
/** Enough for a comment, and a page of them still fits on a screen. */
const LONGEST_VALUE = 500;

interface Wording {
  headline: string;
  /** What the reader can do about it. */
  advice: string;
}

/** Puts an announcement into words. `gate` is what the reader knows this installation by: `storygate-prod`. */
export function notificationOf(announcement: Announcement, gate: string): Notification {
  const { 'detail-type': type, detail } = announcement;
  const kind = kindOf(announcement);
  const story = detail.jiraStoryId ?? 'an unknown story';
  const { headline, advice } = wordingOf(kind, story, detail);
  const facts = { Story: detail.jiraStoryId, Reason: reasonOf(detail), ...whereabouts(detail) };
  const lines = Object.entries(facts).flatMap(([name, value]) => (value ? [`${name}: ${oneLine(value)}`] : []));
  return {
    kind,
    subject: subjectOf(`${gate}: ${headline}`),
    text: [oneLine(headline), '', ...lines, '', advice, '', `Sent by ${gate} for the event "${type}".`].join('\n'),
    attributes: { kind, gate, ...storyAttributes(detail.jiraStoryId) },
  };
}

function kindOf({ 'detail-type': type, detail }: Announcement): NotificationKind {
  if (type === 'Callback Dead-Lettered') return 'dead-letter';
  if (type === 'Wait Reminder') return 'reminder';
  const { state, error = '' } = detail;
  if (state === 'ReadInputFromS3' && WRONG_INPUT.has(error)) return 'wrong-input';
  if (state !== 'WaitForCallback') return 'failure';
  if (error === 'CallbackRejected') return 'rejection';
  return error === 'States.Timeout' ? 'expiry' : 'failure';
}

function wordingOf(kind: NotificationKind, story: string, { expiresAt }: Announcement['detail']): Wording {
  switch (kind) {
    case 'rejection':
      return {
        headline: `${story} was rejected`,
        advice: 'The release stays closed. Upload the file again for another try.',
      };
    case 'expiry':
      return {
        headline: `Nobody decided on ${story} in time`,
        advice: 'No answer is no approval. Upload the file again to ask again.',
      };
    case 'wrong-input':
      return {
        headline: 'A workflow file is wrong',
        advice: 'Nothing was released. Mend the file, then upload it again.',
      };
    case 'reminder':
      return {
        headline: `${story} still waits for a decision`,
        advice: `Decide in Jira${expiresAt ? ` before ${oneLine(expiresAt)}` : ''}; after that the release stays closed.`,
      };
    case 'dead-letter':
      return {
        headline: `A decision on ${story} could not be delivered`,
        advice:
          'The workflow still waits. Mend the reason, then redrive the letter: see "A callback became a dead letter" in docs/operations.md.',
      };
    case 'failure':
      return {
        headline: `The workflow of ${story} failed`,
        advice: 'Mend the reason, then upload the file again: see "An execution failed" in docs/operations.md.',
      };
  }
}

function reasonOf({ message, error, reason, cause }: Announcement['detail']): string | undefined {
  return message ?? ([reason, error, cause].filter(Boolean).join(': ') || undefined);
}

function whereabouts({ state, executionId, executionName, name, location, log, callbackId }: Announcement['detail']) {
  return {
    State: state,
    Execution: executionId ?? executionName ?? name,
    File: location,
    Log: log,
    Callback: callbackId,
  };
}

function storyAttributes(story: string | undefined): Record<string, string> {
  const key = /^([A-Z][A-Z0-9_]{1,254})-\d+$/.exec(story ?? '');
  return key?.[1] ? { jiraStoryId: key[0], project: key[1] } : {};
}

/** Texts come from Jira and from files: a line break in one would let it pose as a line of ours. */
function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.length > LONGEST_VALUE ? `${line.slice(0, LONGEST_VALUE)}…` : line;
}

function subjectOf(text: string): string {
  return oneLine(text)
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, LONGEST_SUBJECT);
}
