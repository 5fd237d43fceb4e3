import { randomUUID } from 'node:crypto';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { answerStart, type Starting, startAndTell, startHandler } from '../ingest/start-entry.ts';
import { executionStarter } from '../ingest/start-execution.ts';
import { CLIENT_SETTINGS } from '../shared/client-settings.ts';
import { openCounters } from '../shared/counters.ts';
import { parseEnvironment, required } from '../shared/environment.ts';
import { type HttpCall, header, jsonBody } from '../shared/http-call.ts';
import { lazy } from '../shared/lazy.ts';
import { openLog } from '../shared/log.ts';
import { ObjectCreated } from '../shared/object-created.ts';
import { parseInput } from '../shared/parse.ts';
import { HttpProblem } from '../shared/problem-json.ts';
import { Destinations } from './destinations.ts';
import { DistributionBody, distributionByHand, distributionOfUpload } from './distribution-request.ts';

const Environment = z.object({
  STATE_MACHINE_ARN: required('the ARN of the state machine alias'),
  SOURCE_BUCKET_NAME: required('the name of the bucket that files are uploaded to'),
  DESTINATIONS: required('the destination buckets by key prefix, as JSON'),
});

export interface StartServices extends Starting {
  sourceBucket: string;
  destinations: Destinations;
  /** Something new on each call. */
  newId: () => string;
}

/** Distributes an uploaded file. Throws what Step Functions throws, so that EventBridge delivers again. */
export async function distributeUpload(event: unknown, services: StartServices): Promise<void> {
  const created = parseInput(ObjectCreated, event, 'event');
  const request = distributionOfUpload(created, services.destinations);
  if (!request) return services.log.info('ignored: goes nowhere by configuration', { key: created.detail.object.key });
  await startAndTell(request, 'upload', services);
}

const WORDS = {
  invalid: 'Invalid distribution request',
  failed: 'the distribution could not be started; nothing was done',
};

/** `POST /step-function`: 202 with the execution; problem+json otherwise. Never throws. */
export function distributeOnRequest(
  call: HttpCall,
  services: StartServices,
): Promise<APIGatewayProxyStructuredResultV2> {
  const read = () => {
    const body = parseInput(DistributionBody, jsonBody(call, '{"sourceKey":"…"}'), 'request body');
    const attempt = header(call, 'idempotency-key') ?? services.newId();
    const request = distributionByHand(body, attempt, services);
    if (!request) throw nowhere(body.sourceKey);
    return request;
  };
  return answerStart(read, WORDS, services);
}

function nowhere(sourceKey: string): HttpProblem {
  const detail = `request body: destinationBuckets is missing, and no destinations are configured for ${sourceKey}`;
  return new HttpProblem(400, 'No destinations', detail);
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
export const handler = startHandler(services, { onRequest: distributeOnRequest, onUpload: distributeUpload });
