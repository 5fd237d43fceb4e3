import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import { CLIENT_SETTINGS } from '../shared/client-settings.ts';
import { type Counters, openCounters } from '../shared/counters.ts';
import { type Publish, publisher } from '../shared/domain-events.ts';
import { parseEnvironment, required } from '../shared/environment.ts';
import { lazy } from '../shared/lazy.ts';
import { errorFacts, type Log, openLog } from '../shared/log.ts';
import { parseInput } from '../shared/parse.ts';
import type { AnswerServices } from './answer-wait.ts';
import { closeExecution } from './close-execution.ts';
import { documentClient, dynamoDbWaitsTable } from './dynamodb-waits-table.ts';
import { stepFunctionsTasks } from './waiting-tasks.ts';

const Environment = z.object({
  WAITS_TABLE_NAME: required('the name of the waits table'),
  EVENT_BUS_NAME: required('the name of the event bus'),
});

/** How the history of an execution calls its end, by its status. */
const ENDED_AS = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
} as const;

/** "Step Functions Execution Status Change", as far as it matters here. */
export const StatusChange = z.object({
  detail: z.object({
    name: z.string('the name of an execution'),
    status: z.enum(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'], 'the status of an execution that has ended'),
    stopDate: z.number('when the execution ended, in epoch milliseconds'),
    redriveCount: z.catch(z.optional(z.number()), undefined),
  }),
});

interface Services extends AnswerServices {
  publish: Publish;
  log: Log;
  counters: Counters;
}

/** Settles what an execution leaves behind. Throws what must make the event come again. */
export async function closeWait(event: unknown, services: Services): Promise<void> {
  const { detail } = parseInput(StatusChange, event, 'status change');
  const { name: executionName, status, stopDate, redriveCount: run = 0 } = detail;
  const { log, counters, publish } = services;
  try {
    const end = { executionName, endedAs: ENDED_AS[status], endedAt: new Date(stopDate), run };
    const closed = await closeExecution(end, services);
    if (!closed) return;
    const { jiraStoryId, executionArn, waitingSince, endedAs } = closed;
    counters.count('WaitClosed');
    log.info('wait closed', { jiraStoryId, executionName, endedAs });
    await publish([
      { type: 'Wait Closed', detail: { jiraStoryId, executionName, executionArn, waitingSince, endedAs } },
    ]);
  } catch (error) {
    log.warn('wait not closed yet', { executionName, status, ...errorFacts(error) });
    throw error;
  } finally {
    counters.flush();
  }
}

const services = lazy((): Services => {
  const environment = parseEnvironment(Environment);
  const log = openLog();
  return {
    // This function never records callbacks, so their retention is the relay's business.
    table: dynamoDbWaitsTable(documentClient(), environment.WAITS_TABLE_NAME, { callbackRetentionSeconds: 0 }),
    tasks: stepFunctionsTasks(new SFNClient(CLIENT_SETTINGS)),
    publish: publisher(new EventBridgeClient(CLIENT_SETTINGS), environment.EVENT_BUS_NAME, log),
    log,
    counters: openCounters(),
    now: () => new Date(),
  };
});

/** Runs when an execution of the release gate has ended, whatever way. */
export const handler = (event: unknown): Promise<void> => closeWait(event, services());
