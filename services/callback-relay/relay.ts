import { setTimeout as delay } from 'node:timers/promises';
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { CLIENT_SETTINGS } from '../shared/client-settings.ts';
import { openCounters } from '../shared/counters.ts';
import { type DomainEvent, type Publish, publisher } from '../shared/domain-events.ts';
import { parseEnvironment, required, seconds } from '../shared/environment.ts';
import { lazy } from '../shared/lazy.ts';
import { openLog } from '../shared/log.ts';
import { sqsCallbackQueue } from './callback-queue.ts';
import { documentClient, dynamoDbWaitsTable } from './dynamodb-waits-table.ts';
import { patient } from './patience.ts';
import { type RelayServices, relayRecord } from './relay-record.ts';
import { stepFunctionsTasks } from './waiting-tasks.ts';

const Environment = z.object({
  WAITS_TABLE_NAME: required('the name of the waits table'),
  EVENT_BUS_NAME: required('the name of the event bus'),
  CALLBACK_QUEUE_URL: required('the URL of the callback queue'),
  CALLBACK_DLQ_URL: required('the URL of its dead-letter queue'),
  PARKED_RETENTION_SECONDS: seconds('how long callbacks are kept'),
});

type Services = RelayServices & { publish: Publish };

/** Relays a batch: its records run concurrently, and only those that failed stay in the queue. */
export async function relayBatch(event: SQSEvent, services: Services): Promise<SQSBatchResponse> {
  const events: DomainEvent[] = [];
  const processor = new BatchProcessor(EventType.SQS);
  const relay = async (record: SQSRecord) => {
    events.push(...(await relayRecord(record, services)));
  };
  const response = await processPartialResponse(event, relay, processor, { throwOnFullBatchFailure: false });
  await services.publish(events);
  services.counters.flush();
  return response;
}

const services = lazy((): Services => {
  const environment = parseEnvironment(Environment);
  const log = openLog();
  return {
    table: dynamoDbWaitsTable(documentClient(), environment.WAITS_TABLE_NAME, {
      callbackRetentionSeconds: environment.PARKED_RETENTION_SECONDS,
    }),
    tasks: stepFunctionsTasks(new SFNClient(CLIENT_SETTINGS)),
    queue: sqsCallbackQueue(new SQSClient(CLIENT_SETTINGS), {
      queue: environment.CALLBACK_QUEUE_URL,
      deadLetterQueue: environment.CALLBACK_DLQ_URL,
    }),
    publish: publisher(new EventBridgeClient(CLIENT_SETTINGS), environment.EVENT_BUS_NAME, log),
    log,
    counters: openCounters(),
    now: () => new Date(),
    random: Math.random,
  };
});

/** A throttled call is given up this long before the invocation ends: one more may take 3 tries of 4 s at most, mostly none. */
const LAST_CALL_MS = 8_000;

/** The services with patience for as long as the invocation lasts. */
function withPatience(all: Services, remainingMs: number): Services {
  const until = Date.now() + remainingMs - LAST_CALL_MS;
  const patience = () => ({ until, now: Date.now, random: Math.random, pause: delay });
  return { ...all, table: patient(all.table, patience), tasks: patient(all.tasks, patience) };
}

/** Runs for every batch of the callback queue. */
export const handler = (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  relayBatch(event, withPatience(services(), context.getRemainingTimeInMillis()));
