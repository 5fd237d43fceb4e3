import {
  type ExecutionListItem,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  type SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { eventually } from '../support/eventually.ts';

/** How an execution ended. */
export interface Ended {
  /** `SUCCEEDED`, `FAILED`, `TIMEDOUT` or `ABORTED`. */
  status: string;
  last: HistoryEvent;
  events: HistoryEvent[];
}

/** The executions of one state machine. */
export class Executions {
  readonly #sfn: SFNClient;
  readonly #stateMachineArn: string;
  readonly #since: Date;
  /** Inputs by execution, which never change: AWS limits how often one may ask. */
  readonly #inputs = new Map<string, string>();

  /** @param since leaves out what had started before */
  constructor(sfn: SFNClient, stateMachineArn: string, since = new Date(0)) {
    this.#sfn = sfn;
    this.#stateMachineArn = stateMachineArn;
    this.#since = since;
  }

  /** Newest first. */
  async list(): Promise<ExecutionListItem[]> {
    const { executions = [] } = await this.#sfn.send(
      new ListExecutionsCommand({ stateMachineArn: this.#stateMachineArn, maxResults: 1000 }),
    );
    return executions.filter(({ startDate }) => startDate && startDate >= this.#since);
  }

  async history(executionArn: string): Promise<HistoryEvent[]> {
    const all: HistoryEvent[] = [];
    let page: string | undefined;
    do {
      const { events = [], nextToken } = await this.#sfn.send(
        new GetExecutionHistoryCommand({
          executionArn,
          maxResults: 1000,
          ...(page !== undefined && { nextToken: page }),
        }),
      );
      all.push(...events);
      page = nextToken;
    } while (page !== undefined);
    return all;
  }

  /** The executions that an upload started, once there is at least one. Newest first. */
  startedBy(input: string, between?: () => Promise<void>): Promise<ExecutionListItem[]> {
    return eventually(
      `an execution with ${input} in its input`,
      async () => {
        const found = [];
        for (const execution of await this.list()) {
          if ((await this.#inputOf(execution.executionArn ?? '')).includes(input)) found.push(execution);
        }
        return found.length > 0 ? found : undefined;
      },
      between ? { between } : {},
    );
  }

  async #inputOf(executionArn: string): Promise<string> {
    const known = this.#inputs.get(executionArn);
    if (known !== undefined) return known;
    const [started] = await this.history(executionArn);
    const input = started?.executionStartedEventDetails?.input ?? '';
    this.#inputs.set(executionArn, input);
    return input;
  }

  /** Stops what still runs. */
  async stopAll(): Promise<void> {
    for (const { executionArn, status } of await this.list())
      if (status === 'RUNNING') await this.#sfn.send(new StopExecutionCommand({ executionArn }));
  }

  /** Waits for the end of an execution. `between` runs after each look, for instance to move the clock. */
  ended(executionArn: string, between?: () => Promise<void>): Promise<Ended> {
    return eventually(
      `${executionArn} ended`,
      async () => {
        const events = await this.history(executionArn);
        const last = events.at(-1);
        const status = last?.type?.match(/^Execution(Succeeded|Failed|TimedOut|Aborted)$/)?.[1];
        return last && status ? { status: status.toUpperCase(), last, events } : undefined;
      },
      between ? { between } : {},
    );
  }
}

/** Names of the states that an execution entered, in order. */
export function statesOf(events: readonly HistoryEvent[]): string[] {
  return events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
}

/** What an execution ended with: its output, or error and cause. */
export function outcomeOf({ last }: Ended): unknown {
  const { executionSucceededEventDetails: succeeded, executionFailedEventDetails: failed } = last;
  return succeeded ? JSON.parse(succeeded.output ?? 'null') : { error: failed?.error, cause: failed?.cause };
}

/** `LogWorkflowStart DynamoDB.X`, for each failed try of a task. */
export function failedTries(events: readonly HistoryEvent[]): string[] {
  return events.flatMap(({ previousEventId = 0, taskFailedEventDetails }) =>
    taskFailedEventDetails ? [`${stateBefore(events, previousEventId)} ${taskFailedEventDetails.error}`] : [],
  );
}

/** The state that an event belongs to: iterations of a Map run side by side, so only the chain of events tells. */
function stateBefore(events: readonly HistoryEvent[], id: number): string {
  const event = events[id - 1];
  return event?.stateEnteredEventDetails?.name ?? (event ? stateBefore(events, event.previousEventId ?? 0) : '');
}
