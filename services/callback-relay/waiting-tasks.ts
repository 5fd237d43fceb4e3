import {
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  InvalidOutput,
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  SFNServiceException,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { Callback } from '../shared/callback.ts';
import { causeOf, decisionOf } from './decision.ts';
import { DeadLetterError } from './errors.ts';
import type { Vote, Wait } from './records.ts';

/** What became of a wait that no longer waits. */
export type Ending =
  /** This very callback answered it: an earlier send arrived, its acknowledgement did not. */
  | { kind: 'delivered' }
  /** It ended otherwise, as Step Functions calls it: `TaskTimedOut`, `ExecutionAborted`, … */
  | { kind: 'ended'; as: string }
  /** The history does not show the end yet. */
  | { kind: 'unknown' };

/** What the domain needs of Step Functions. */
export interface WaitingTasks {
  /** Answers the task, where several answers decide it with all of them. `gone` when it no longer waits: answered already, expired or stopped. */
  send(wait: Wait, callback: Callback, votes: readonly Vote[]): Promise<'sent' | 'gone'>;
  /** For a wait that is `gone`: how it ended. */
  ending(wait: Wait, callback: Callback): Promise<Ending>;
}

/** Ends of an execution that close a wait without an event of the task itself. */
const EXECUTION_ENDS = new Set<string>([
  'ExecutionAborted',
  'ExecutionTimedOut',
  'ExecutionFailed',
  'ExecutionSucceeded',
]);

/** Waiting tasks of Step Functions. */
export function stepFunctionsTasks(client: SFNClient): WaitingTasks {
  return {
    async send(wait, callback, votes) {
      try {
        await sendDecision(client, wait, callback, votes);
        return 'sent';
      } catch (error) {
        if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist) return 'gone';
        if (error instanceof InvalidToken)
          throw new DeadLetterError(
            'INVALID_TASK_TOKEN',
            `Step Functions does not recognise the task token stored for execution ${wait.executionName} on ${wait.jiraStoryId}`,
          ); // without the cause: its message may quote the token
        if (
          error instanceof InvalidOutput ||
          (error instanceof SFNServiceException && error.name === 'ValidationException')
        )
          throw new DeadLetterError(
            'DECISION_REFUSED',
            `Step Functions refuses the decision for execution ${wait.executionName} on ${wait.jiraStoryId}: ${error.name}`,
          );
        throw error;
      }
    },

    async ending(wait, callback) {
      const events: HistoryEvent[] = [];
      let nextToken: string | undefined;
      try {
        do {
          const page = await client.send(
            new GetExecutionHistoryCommand({
              executionArn: wait.executionArn,
              reverseOrder: true,
              maxResults: 100, // a whole release gate has about 50 events, so one page is the rule
              nextToken,
            }),
          );
          events.push(...(page.events ?? []));
          nextToken = page.nextToken;
        } while (nextToken);
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return { kind: 'ended', as: 'ExecutionDoesNotExist' };
        throw error;
      }
      return endingIn(events, wait, callback);
    },
  };
}

async function sendDecision(
  client: SFNClient,
  { taskToken }: Wait,
  callback: Callback,
  votes: readonly Vote[],
): Promise<void> {
  const decision = decisionOf(callback, votes);
  if (callback.outcome === 'success')
    await client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(decision) }));
  else
    await client.send(new SendTaskFailureCommand({ taskToken, error: 'CallbackRejected', cause: causeOf(decision) }));
}

/**
 * Reads the end of the wait off the events, newest first. Only what came after the token was stored counts: a retried task has had
 * an earlier attempt, which ended before.
 */
export function endingIn(events: readonly HistoryEvent[], wait: Wait, callback: Callback): Ending {
  const since = Date.parse(wait.waitingSince);
  const ends = events
    .filter((event) => (event.timestamp?.getTime() ?? 0) >= since)
    .flatMap((event) => endOfTask(event) ?? []);
  if (ends.some((end) => end.callbackId === callback.callbackId)) return { kind: 'delivered' };
  const end = ends.at(-1); // the task's own end comes before what follows from it
  return end ? { kind: 'ended', as: end.type } : { kind: 'unknown' };
}

function endOfTask(event: HistoryEvent): { type: string; callbackId?: unknown } | undefined {
  const type = event.type ?? '';
  if (EXECUTION_ENDS.has(type)) return { type };
  const succeeded = event.taskSucceededEventDetails;
  const failed = event.taskFailedEventDetails;
  const resource = (succeeded ?? failed ?? event.taskTimedOutEventDetails)?.resource;
  if (!resource?.endsWith('.waitForTaskToken')) return undefined;
  return { type, callbackId: callbackIdIn(succeeded?.output ?? failed?.cause ?? '') };
}

/** Whoever answered by hand may have written anything. */
function callbackIdIn(decision: string): unknown {
  try {
    const parsed: unknown = JSON.parse(decision);
    return typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'callbackId') : undefined;
  } catch {
    return undefined;
  }
}
