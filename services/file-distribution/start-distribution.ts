import { randomUUID } from 'node:crypto';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { executionStarter, type StartExecution } from '../ingest/start-execution.ts';
import { CLIENT_SETTINGS } from '../shared/client-settings.ts';
import { type Counters, openCounters } from '../shared/counters.ts';
import { parseEnvironment, required } from '../shared/environment.ts';
import { HttpCall, header, jsonBody } from '../shared/http-call.ts';
import { lazy } from '../shared/lazy.ts';
import { errorFacts, type Log, openLog } from '../shared/log.ts';
import { ObjectCreated } from '../shared/object-created.ts';
import { InvalidInputError, parseInput } from '../shared/parse.ts';
import { HttpProblem, jsonResponse, problemResponse, unavailable } from '../shared/problem-json.ts';
import { Destinations } from './destinations.ts';
import {
  DistributionBody,
  type DistributionRequest,
  distributionByHand,
  distributionOfUpload,
} from './distribution-request.ts';

const Environment = z.object({
  STATE_MACHINE_ARN: required('the ARN of the state machine alias'),
  SOURCE_BUCKET_NAME: required('the name of the bucket that files are uploaded to'),
  DESTINATIONS: required('the destination buckets by key prefix, as JSON'),
});

export interface StartServices {
  start: StartExecution;
  sourceBucket: string;
  destinations: Destinations;
  /** Something new on each call. */
  newId: () => string;
  log: Log;
  counters: Counters;
}

/** Distributes an uploaded file. Throws what Step Functions throws, so that EventBridge delivers again. */
export async function distributeUpload(event: unknown, services: StartServices): Promise<void> {
  const created = parseInput(ObjectCreated, event, 'event');
  const request = distributionOfUpload(created, services.destinations);
  if (!request) return services.log.info('ignored: goes nowhere by configuration', { key: created.detail.object.key });
  await start(request, 'upload', services);
}

/** `POST /step-function`: 202 with the execution; problem+json otherwise. Never throws. */
export async function distributeOnRequest(
  call: HttpCall,
  services: StartServices,
): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    const body = parseInput(DistributionBody, jsonBody(call, '{"sourceKey":"…"}'), 'request body');
    const attempt = header(call, 'idempotency-key') ?? services.newId();
    const request = distributionByHand(body, attempt, services);
    if (!request) throw nowhere(body.sourceKey);
    const { executionArn, name, isNew } = await start(request, 'request', services);
    return jsonResponse(202, { executionArn, name, started: isNew, input: request.input });
  } catch (error) {
    services.log.warn('not started', errorFacts(error));
    return problemResponse(asProblem(error));
  }
}

async function start(request: DistributionRequest, trigger: string, { start, log, counters }: StartServices) {
  const started = await start(request);
  counters.count(started.isNew ? 'ExecutionStarted' : 'ExecutionStartRepeated');
  log.info('started', { trigger, ...started, ...request.input });
  return started;
}

function nowhere(sourceKey: string): HttpProblem {
  const detail = `request body: destinationBuckets is missing, and no destinations are configured for ${sourceKey}`;
  return new HttpProblem(400, 'No destinations', detail);
}

function asProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof InvalidInputError)
    return new HttpProblem(400, 'Invalid distribution request', error.message, { problems: error.problems });
  return unavailable('the distribution could not be started; nothing was done', error);
}

const services = lazy((): StartServices => {
  const environment = parseEnvironment(Environment);
  return {
    start: executionStarter(new SFNClient(CLIENT_SETTINGS), environment.STATE_MACHINE_ARN),
    sourceBucket: environment.SOURCE_BUCKET_NAME,
    destinations: parseInput(Destinations, JSON.parse(environment.DESTINATIONS), 'DESTINATIONS'),
    newId: randomUUID,
    log: openLog(),
    counters: openCounters(),
  };
});

/** Runs for every upload into the source bucket (EventBridge) and for `POST /step-function` (HTTP API). */
export const handler = async (event: unknown): Promise<APIGatewayProxyStructuredResultV2 | undefined> => {
  const started = services();
  try {
    const call = z.safeParse(HttpCall, event);
    if (call.success) return await distributeOnRequest(call.data, started);
    await distributeUpload(event, started);
    return undefined;
  } finally {
    started.counters.flush();
  }
};
