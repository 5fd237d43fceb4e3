import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import { CLIENT_SETTINGS } from '../shared/client-settings.ts';
import { type Counters, openCounters } from '../shared/counters.ts';
import { type DomainEvent, type Publish, publisher } from '../shared/domain-events.ts';
import { parseEnvironment, required, seconds } from '../shared/environment.ts';
import { lazy } from '../shared/lazy.ts';
import { errorFacts, type Log, openLog } from '../shared/log.ts';
import { parseInput } from '../shared/parse.ts';
import type { AnswerServices } from './answer-wait.ts';
import { documentClient, dynamoDbWaitsTable } from './dynamodb-waits-table.ts';
import { WaitNotStoredError } from './errors.ts';
import { type StoredWait, storeWait, WaitRequest } from './store-wait.ts';
import { stepFunctionsTasks } from './waiting-tasks.ts';

const Environment = z.object({
  WAITS_TABLE_NAME: required('the name of the waits table'),
  EVENT_BUS_NAME: required('the name of the event bus'),
  EARLY_DECISION_GRACE_SECONDS: seconds('how long before the start of an execution a decision counts'),
});

interface Services extends AnswerServices {
  publish: Publish;
  log: Log;
  counters: Counters;
  graceSeconds: number;
}

/**
 * Stores the wait of an execution.
 *
 * @throws InvalidInputError when the request is not what the state machine sends: no retry helps
 * @throws WaitNotStoredError when anything behind it fails: the state machine tries again with a new token
 */
export async function storeTaskToken(event: unknown, services: Services): Promise<{ waiting: boolean }> {
  const request = parseInput(WaitRequest, event, 'request of WaitForCallback');
  const { jiraStoryId, executionName } = request;
  try {
    const stored = await storeWait(request, services, { graceSeconds: services.graceSeconds });
    if (stored.ended) {
      services.log.info('the execution has ended, nothing waits', { jiraStoryId, executionName });
      return { waiting: false };
    }
    services.counters.count(stored.answeredBy ? 'WaitAnsweredEarly' : 'WaitStored');
    services.log.info('wait stored', { jiraStoryId, executionName, answeredBy: stored.answeredBy?.callbackId });
    await services.publish(eventsOf(stored, request));
    return { waiting: !stored.answeredBy };
  } catch (cause) {
    services.log.error('wait not stored', { jiraStoryId, executionName, ...errorFacts(cause) });
    throw new WaitNotStoredError(`the wait of ${executionName} on ${jiraStoryId} could not be stored`, { cause });
  } finally {
    services.counters.flush();
  }
}

function eventsOf({ wait, answeredBy }: StoredWait, request: WaitRequest): DomainEvent[] {
  const { jiraStoryId, executionName, executionArn, startedAt, waitingSince, expiresAt, quorum, approvers } = wait;
  const waiting = {
    jiraStoryId,
    executionName,
    executionArn,
    startedAt,
    waitingSince,
    expiresAt,
    quorum,
    approvers,
    location: request.location,
  };
  if (!answeredBy) return [{ type: 'Execution Waiting', detail: waiting }];
  const { callbackId, outcome, actor, source, receivedAt } = answeredBy;
  const answers = [{ executionName, result: 'RELAYED' }];
  return [
    { type: 'Execution Waiting', detail: waiting },
    { type: 'Callback Relayed', detail: { jiraStoryId, callbackId, outcome, actor, source, receivedAt, answers } },
  ];
}

const services = lazy((): Services => {
  const environment = parseEnvironment(Environment);
  const log = openLog();
  return {
    // This function never records callbacks, so their retention is the relay's business.
    table: dynamoDbWaitsTable(documentClient(), environment.WAITS_TABLE_NAME, {
      callbackRetentionSeconds: 0,
    }),
    tasks: stepFunctionsTasks(new SFNClient(CLIENT_SETTINGS)),
    publish: publisher(new EventBridgeClient(CLIENT_SETTINGS), environment.EVENT_BUS_NAME, log),
    log,
    counters: openCounters(),
    graceSeconds: environment.EARLY_DECISION_GRACE_SECONDS,
    now: () => new Date(),
  };
});

/** Runs when an execution enters `WaitForCallback`. */
export const handler = (event: unknown): Promise<{ waiting: boolean }> => storeTaskToken(event, services());
