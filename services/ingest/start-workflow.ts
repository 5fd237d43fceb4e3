import { randomUUID } from 'node:crypto';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { CLIENT_SETTINGS } from '../shared/client-settings.ts';
import { type Counters, openCounters } from '../shared/counters.ts';
import { parseEnvironment, required } from '../shared/environment.ts';
import { HttpCall, header, jsonBody } from '../shared/http-call.ts';
import { lazy } from '../shared/lazy.ts';
import { errorFacts, type Log, openLog } from '../shared/log.ts';
import { ObjectCreated } from '../shared/object-created.ts';
import { InvalidInputError, parseInput } from '../shared/parse.ts';
import { HttpProblem, jsonResponse, problemResponse, unavailable } from '../shared/problem-json.ts';
import { executionStarter, type StartExecution } from './start-execution.ts';
import { StartBody, startByHand, startOfUpload } from './start-request.ts';

const Environment = z.object({
  STATE_MACHINE_ARN: required('the ARN of the state machine alias'),
  BUCKET_NAME: required('the name of the workflow bucket'),
});

export interface StartServices {
  start: StartExecution;
  bucketName: string;
  /** Something new on each call. */
  newId: () => string;
  log: Log;
  counters: Counters;
}

/** Starts the workflow for an uploaded file. Throws what Step Functions throws, so that EventBridge delivers again. */
export async function startForUpload(event: unknown, { start, log, counters }: StartServices): Promise<void> {
  const created = parseInput(ObjectCreated, event, 'event');
  const request = startOfUpload(created);
  if (!request) return log.info('ignored: no workflow file', { key: created.detail.object.key });
  const started = await start(request);
  counters.count(started.isNew ? 'ExecutionStarted' : 'ExecutionStartRepeated');
  log.info('started for an upload', { ...started, ...request.input });
}

/** `POST /executions`: 202 with the execution; problem+json otherwise. Never throws. */
export async function startForRequest(
  call: HttpCall,
  services: StartServices,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { start, bucketName, newId, log, counters } = services;
  try {
    const { bucket = bucketName, ...body } = parseInput(
      StartBody,
      jsonBody(call, '{"key":"inputs/….json"}'),
      'request body',
    );
    const request = startByHand({ bucket, ...body }, { idempotencyKey: header(call, 'idempotency-key'), newId });
    const { name, executionArn, isNew } = await start(request);
    counters.count(isNew ? 'ExecutionStarted' : 'ExecutionStartRepeated');
    log.info('started by hand', { name, isNew, ...request.input });
    return jsonResponse(202, { executionArn, name, started: isNew, input: request.input });
  } catch (error) {
    log.warn('not started', errorFacts(error));
    return problemResponse(asProblem(error));
  }
}

function asProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof InvalidInputError)
    return new HttpProblem(400, 'Invalid start request', error.message, { problems: error.problems });
  return unavailable('the workflow could not be started; nothing was done', error);
}

const services = lazy((): StartServices => {
  const environment = parseEnvironment(Environment);
  return {
    start: executionStarter(new SFNClient(CLIENT_SETTINGS), environment.STATE_MACHINE_ARN),
    bucketName: environment.BUCKET_NAME,
    newId: randomUUID,
    log: openLog(),
    counters: openCounters(),
  };
});

/** Runs for every upload under `inputs/` (EventBridge) and for `POST /executions` (HTTP API). */
export const handler = async (event: unknown): Promise<APIGatewayProxyStructuredResultV2 | undefined> => {
  const started = services();
  try {
    const call = z.safeParse(HttpCall, event);
    if (call.success) return await startForRequest(call.data, started);
    await startForUpload(event, started);
    return undefined;
  } finally {
    started.counters.flush();
  }
};
