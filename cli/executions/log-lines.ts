import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Gate } from '../session.ts';
import { duration } from '../terminal.ts';
import { functionLog } from './function-logs.ts';
import { type StateRun, stateTree } from './state-tree.ts';

/** One line of a log. `source` is who wrote it: a function, or `workflow`. */
export interface LogLine {
  at: string;
  source: string;
  message: string;
}

/** The steps of an execution that has written no log yet, from its history. */
export function stepLines(events: readonly HistoryEvent[]): LogLine[] {
  const lines: LogLine[] = [];
  const add = (states: readonly StateRun[]) => {
    for (const state of states) {
      const took = state.exitedAt ? ` ${duration(state.exitedAt.getTime() - state.enteredAt.getTime())}` : '';
      const error = state.error ? `  ${state.error}` : '';
      lines.push({
        at: state.enteredAt.toISOString(),
        source: 'workflow',
        message: `${state.name.padEnd(24)} ${state.status}${took}${error}`,
      });
      add(state.states);
    }
  };
  add(stateTree(events));
  return lines;
}

/** What a function's JSON line says besides its message; the rest is the same in every line. */
const EVERYWHERE =
  /^(level|message|timestamp|service|sampling_rate|xray_trace_id|cold_start|function_\w+|requestId|timeoutSeconds)$/;

/** A function's line for people: `INFO wait stored  jiraStoryId=PROJ-1 …`. Lines that are no JSON stay what they are. */
export function readableLine(message: string): string {
  const line = objectOf(message);
  if (line === undefined || typeof line['message'] !== 'string') return message;
  const facts = Object.entries(line).filter(([name, value]) => !EVERYWHERE.test(name) && value !== undefined);
  const shown = facts.map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [String(line['level'] ?? '').padEnd(5), line['message'], ...shown].join(' ').trim();
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}

/** Functions whose lines belong to one execution or its story. The others serve all executions alike. */
const FUNCTIONS = ['start-workflow', 'jira-webhook', 'store-task-token', 'relay', 'mock-apis', 'outputs'];

/** What the functions logged about an execution or its story since it started, in order of time. */
export async function functionLines(
  gate: Gate,
  { terms, since }: { terms: readonly string[]; since: Date },
): Promise<LogLine[]> {
  // A term with a question mark before it is one of several that may match.
  const filterPattern = terms.map((term) => `?"${term}"`).join(' ');
  const found = await Promise.all(
    FUNCTIONS.map(async (source) =>
      (await functionLog(gate, source, { filterPattern, since })).map(({ at, message }) => ({
        at,
        source,
        message: message.trimEnd(),
      })),
    ),
  );
  return found.flat().sort((a, b) => (a.at < b.at ? -1 : 1));
}
