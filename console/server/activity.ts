import * as z from 'zod/mini';
import { functionLog } from '../../cli/executions/function-logs.ts';
import type { Gate } from '../../cli/session.ts';

const text = z.catch(z.optional(z.string()), undefined);
const Answer = z.object({ executionName: z.string(), result: z.string(), because: z.optional(z.string()) });
/** What the functions log; each field is taken for itself. */
const Line = z.object({
  message: z.string(),
  timestamp: text,
  callbackId: text,
  jiraStoryId: text,
  outcome: text,
  source: text,
  disposition: text,
  reason: text,
  movedFrom: text,
  operation: text,
  executionId: text,
  state: text,
  error: text,
  attempt: z.catch(z.optional(z.number()), undefined),
  status: z.catch(z.optional(z.number()), undefined),
  relayMs: z.catch(z.optional(z.number()), undefined),
  decisionSeconds: z.catch(z.optional(z.number()), undefined),
  answers: z.catch(z.optional(z.array(Answer)), undefined),
});
export type LogFacts = z.infer<typeof Line> & { at: string };

/** One call of the webhook and what became of it. Times are ISO 8601, UTC. */
export interface Activity {
  id: string;
  at: string;
  /** `REFUSED` and `NO_DECISION` never came to the queue; `QUEUED` has not come out of it. */
  disposition: string;
  jiraStoryId?: string;
  callbackId?: string;
  outcome?: string;
  source?: string;
  /** Why nothing, or not more, happened. */
  because?: string;
  executions: string[];
  /** From the webhook to the end of the relay's work, milliseconds. */
  relayMs?: number;
}

/** What of a function's log lines is of interest; the filter is CloudWatch's. */
const SOURCES = [
  { name: 'jira-webhook', filter: '{ $.message = "callback *" || $.message = "issue move accepted" }' },
  { name: 'relay', filter: '{ $.message = "callback *" || $.message = "issue moved" }' },
];
const MOST_PAGES = 20;

/** Every call of the webhook since a time, newest first, from what the functions logged: also those that left no record. */
export async function activitySince(gate: Gate, since: Date): Promise<Activity[]> {
  const lines = await Promise.all(SOURCES.map(({ name, filter }) => logFacts(gate, name, filter, since)));
  return activities(lines.flat());
}

/** Puts the lines of one callback together. */
export function activities(lines: readonly LogFacts[]): Activity[] {
  const byId = new Map<string, Activity>();
  const inOrder = [...lines].sort((a, b) => (a.at < b.at ? -1 : 1));
  inOrder.forEach((line, at) => {
    const id = line.callbackId ?? `${line.at}-${at}`;
    const known = byId.get(id) ?? { id, at: line.at, disposition: 'QUEUED', executions: [] };
    byId.set(id, { ...known, ...described(line) });
  });
  return [...byId.values()].reverse();
}

function described(line: LogFacts): Partial<Activity> {
  const { callbackId, jiraStoryId, outcome, source } = line;
  const facts = {
    ...(callbackId && { callbackId }),
    ...(jiraStoryId && { jiraStoryId }),
    ...(outcome && { outcome }),
    ...(source && { source }),
  };
  return { ...facts, ...became(line) };
}

function became({
  message,
  reason,
  status,
  attempt,
  disposition,
  answers = [],
  relayMs,
  movedFrom,
}: LogFacts): Partial<Activity> {
  const because = reason === undefined ? {} : { because: reason };
  switch (message) {
    case 'callback refused':
    case 'callback not accepted':
      return { disposition: 'REFUSED', because: [status && `HTTP ${status}`, reason].filter(Boolean).join(': ') };
    case 'callback ignored':
      return { disposition: 'NO_DECISION', ...because };
    case 'callback is tried again':
      return { disposition: 'RETRYING', because: `attempt ${attempt ?? '?'}: ${reason ?? 'failed'}` };
    case 'callback dead-lettered':
      return { disposition: 'DEAD_LETTER', ...because };
    case 'issue moved':
      return { disposition: 'ISSUE_MOVED', because: `was ${movedFrom ?? '?'}` };
    case 'callback finished':
      return {
        ...(disposition && { disposition }),
        because: answers
          .flatMap((answer) => (answer.result === 'RELAYED' ? [] : whyNotMore(answer, disposition)))
          .join('; '),
        executions: answers.map(({ executionName }) => executionName),
        ...(relayMs !== undefined && { relayMs }),
      };
    default:
      return {};
  }
}

/** Why an answer led to no more; with what it was, where that is not what became of the callback as a whole. */
function whyNotMore({ result, because = '' }: z.infer<typeof Answer>, disposition: string | undefined): string {
  return result === disposition ? because : `${result}: ${because}`;
}

/** The structured lines of a function's log that match, oldest first. A function without a log has none. */
export async function logFacts(gate: Gate, name: string, filterPattern: string, since: Date): Promise<LogFacts[]> {
  const events = await functionLog(gate, name, { filterPattern, since, mostPages: MOST_PAGES });
  return events.flatMap(({ at, message }) => {
    const line = z.safeParse(Line, jsonOrUndefined(message));
    return line.success ? [{ ...line.data, at }] : [];
  });
}

function jsonOrUndefined(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // Lambda's own lines are plain text
  }
}
