import { DescribeStateMachineForExecutionCommand, type HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import { readExecution } from '../../cli/executions/history.ts';
import type { ExecutionReport } from '../../cli/executions/print-execution.ts';
import { executionNamed } from '../../cli/executions/reference.ts';
import { reportOf } from '../../cli/executions/report.ts';
import { filesOf } from '../../cli/executions/stored-files.ts';
import type { Gate } from '../../cli/session.ts';
import { withoutSecrets } from './redact.ts';

/** One event of a history as the page shows it. */
export interface EventView {
  id: number;
  type: string;
  at: Date;
  /** The state that it belongs to. */
  state?: string;
  /** What the event says, without task tokens. */
  details?: object;
}

/** Everything that the page shows of an execution but its definition. */
export interface ExecutionView {
  report: ExecutionReport;
  input?: string;
  output?: string;
  events: EventView[];
  /** Keys of what it has written. */
  files: string[];
}

/** Puts together what is known of an execution. Throws `NotFoundError` when there is none. */
export async function executionView(gate: Gate, name: string): Promise<ExecutionView> {
  const reference = executionNamed(gate, name);
  const [report, history, files] = await Promise.all([
    reportOf(gate, reference),
    readExecution(gate, reference),
    filesOf(gate, name),
  ]);
  const { input, output } = history.execution;
  return {
    report,
    ...(input && { input }),
    ...(output && { output }),
    events: eventViews(withoutSecrets(history.events)),
    files,
  };
}

function eventViews(events: readonly HistoryEvent[]): EventView[] {
  const byId = new Map(events.map((event) => [event.id ?? 0, event]));
  return events.map((event) => {
    const state = stateOf(event, byId);
    const details: unknown = Object.entries(event).find(([name]) => name.endsWith('EventDetails'))?.[1];
    return {
      id: event.id ?? 0,
      type: event.type ?? '',
      at: event.timestamp ?? new Date(0),
      ...(state && { state }),
      ...(typeof details === 'object' && details !== null && { details }),
    };
  });
}

/** Back along the chain of events to where the state was entered: events of a Parallel to that of the Parallel itself. */
function stateOf(event: HistoryEvent, byId: ReadonlyMap<number, HistoryEvent>): string | undefined {
  const own = event.stateEnteredEventDetails?.name ?? event.stateExitedEventDetails?.name;
  const type = event.type ?? '';
  if (own || type.startsWith('Execution')) return own;
  const outer = /^(Parallel|Map)State/.exec(type)?.[0];
  for (let at = byId.get(event.previousEventId ?? 0); at; at = byId.get(at.previousEventId ?? 0)) {
    const entered = at.stateEnteredEventDetails?.name;
    if (entered && (!outer || at.type?.startsWith(outer))) return entered;
  }
  return undefined;
}

/** The definition that an execution runs by, as JSON text. */
export async function definitionOf(gate: Gate, name: string): Promise<string> {
  const { arn } = executionNamed(gate, name);
  const { definition = '{}' } = await new SFNClient(gate.target.settings).send(
    new DescribeStateMachineForExecutionCommand({ executionArn: arn }),
  );
  return definition;
}
