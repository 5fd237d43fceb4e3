import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  type HistoryEvent,
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
      historyOf(sfn, arn),
    ]);
    return { execution, events };
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist)
      throw new NotFoundError(`${gate.target.name} has no execution ${name}; storygate gates lists what waits`, error);
    throw error;
  }
}

async function historyOf(sfn: SFNClient, executionArn: string): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, nextToken }));
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
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
