import { isExpress } from './arns.ts';
import { type HistoryEvent, withoutData } from './engine/history.ts';
import type { ExecutionInfo } from './engine/run.ts';
import type { Programs } from './programs.ts';
import type { ExecutionRow, ExecutionStore } from './store/executions.ts';

/** The API's loggingConfiguration. */
export interface LoggingConfiguration {
  level?: 'ALL' | 'ERROR' | 'FATAL' | 'OFF';
  includeExecutionData?: boolean;
  destinations?: { cloudWatchLogsLogGroup?: { logGroupArn?: string } }[];
}

/** An event of Step Functions on the default event bus. */
export interface StatusChange {
  source: string;
  'detail-type': string;
  detail: unknown;
  resources: string[];
}

interface ObserverOptions {
  programs: Programs;
  executions: ExecutionStore;
  publish(event: StatusChange): void;
  /** @param group ARN of the log group */
  log(group: string, stream: string, messages: readonly string[]): void;
}

/** Tells others what executions do: the log group of the machine, and EventBridge. */
export class Observer {
  readonly #options: ObserverOptions;

  constructor(options: ObserverOptions) {
    this.#options = options;
  }

  /** Writes events to the machine's log group as its level asks for. */
  recorded(info: ExecutionInfo, events: readonly HistoryEvent[]): void {
    const logging = this.#logging(info.revision);
    if (!logging) return;
    const messages = events
      .filter(({ type }) => logged(type, logging.level))
      .map((event) => message(info, logging.includeExecutionData ? event : withoutData(event), event));
    if (messages.length > 0) this.#options.log(logging.group, streamOf(info), messages);
  }

  /** The status of an execution has changed. EXPRESS executions tell nobody, as on AWS. */
  changed(rowId: number): void {
    const row = this.#options.executions.byId(rowId);
    if (row && !isExpress(row.arn))
      this.#options.publish({
        source: 'aws.states',
        'detail-type': 'Step Functions Execution Status Change',
        detail: statusDetail(row),
        resources: [row.arn],
      });
  }

  #logging(revision: number): { level: string; group: string; includeExecutionData: boolean } | undefined {
    const text = this.#options.programs.revision(revision).revision.logging;
    if (text === null) return undefined;
    const { level = 'OFF', includeExecutionData = false, destinations = [] }: LoggingConfiguration = JSON.parse(text);
    const group = destinations[0]?.cloudWatchLogsLogGroup?.logGroupArn;
    return level === 'OFF' || !group ? undefined : { level, group, includeExecutionData };
  }
}

const FATAL = ['ExecutionFailed', 'ExecutionAborted', 'ExecutionTimedOut'];

function logged(type: string, level: string): boolean {
  if (level === 'ALL') return true;
  return level === 'FATAL' ? FATAL.includes(type) : /(Failed|TimedOut|Aborted)$/.test(type);
}

/** One line as the service vends it: numbers of events as text, details under one name for all types. */
function message(info: ExecutionInfo, shown: object, event: HistoryEvent): string {
  const [, details = {}] = Object.entries(shown).find(([key]) => key.endsWith('EventDetails')) ?? [];
  return JSON.stringify({
    id: String(event.id),
    type: event.type,
    details,
    previous_event_id: String(event.previousEventId),
    event_timestamp: String(Math.round(event.timestamp * 1000)),
    execution_arn: info.arn,
    redrive_count: String(info.redriveCount),
  });
}

function streamOf(info: ExecutionInfo): string {
  return `states/${info.machineName}/${new Date(info.startedAt).toISOString().slice(0, 10)}`;
}

/** Longest input or output that an event carries, in bytes: 240 KiB for both leave 16 KiB of EventBridge's 256 KiB for the rest. */
const LONGEST_IN_EVENT = 120 * 1024;

function statusDetail(row: ExecutionRow): object {
  return {
    executionArn: row.arn,
    stateMachineArn: row.machine,
    name: row.name,
    status: row.status,
    startDate: row.started,
    stopDate: row.stopped,
    input: included(row.input),
    output: included(row.output),
    stateMachineVersionArn: row.version,
    stateMachineAliasArn: row.alias,
    redriveCount: row.redrive_count,
    redriveDate: row.redriven,
    redriveStatus:
      row.status === 'FAILED' || row.status === 'TIMED_OUT' || row.status === 'ABORTED'
        ? 'REDRIVABLE'
        : 'NOT_REDRIVABLE',
    redriveStatusReason: null,
    inputDetails: { included: included(row.input) !== null },
    outputDetails: row.output === null ? null : { included: included(row.output) !== null },
    error: row.error,
    cause: row.cause,
  };
}

function included(text: string | null): string | null {
  return text !== null && Buffer.byteLength(text) <= LONGEST_IN_EVENT ? text : null;
}
