import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  ExecutionDoesNotExist,
  type HistoryEvent,
  paginateGetExecutionHistory,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { NotFoundError } from '../errors.ts';
import type { Gate } from '../session.ts';
import type { ExecutionReference } from './reference.ts';

/** An execution with its whole history. The history holds task tokens: show only what is known to be none. */
export interface ExecutionHistory {
  execution: DescribeExecutionOutput;
  events: HistoryEvent[];
}

/** Throws `NotFoundError` when Step Functions knows no such execution (it keeps them for 90 days). */
export async function readExecution(gate: Gate, { arn, name }: ExecutionReference): Promise<ExecutionHistory> {
  const sfn = new SFNClient(gate.target.settings);
  try {
    const [execution, events] = await Promise.all([
      sfn.send(new DescribeExecutionCommand({ executionArn: arn })),
      eventsOf(sfn, arn),
    ]);
    return { execution, events };
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist)
      throw new NotFoundError(`${gate.target.name} has no execution ${name}; storygate gates lists what waits`, error);
    throw error;
  }
}

/** All events of an execution so far. */
export async function eventsOf(sfn: SFNClient, executionArn: string): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  for await (const page of paginateGetExecutionHistory({ client: sfn, pageSize: 1000 }, { executionArn }))
    events.push(...(page.events ?? []));
  return events;
}

/** The story that an execution waits or waited for, as it told the function that stores its task token. */
export function storyOf(events: readonly HistoryEvent[]): string | undefined {
  const scheduled = events.find(
    ({ taskScheduledEventDetails: task }) => task?.resource?.endsWith('.waitForTaskToken') ?? false,
  );
  const parameters: unknown = JSON.parse(scheduled?.taskScheduledEventDetails?.parameters ?? '{}');
  const story = member(member(parameters, 'Payload'), 'jiraStoryId');
  return typeof story === 'string' ? story : undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
