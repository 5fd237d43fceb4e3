import { randomUUID } from 'node:crypto';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { CLIENT_SETTINGS } from '../shared/client-settings.ts';
import { openCounters } from '../shared/counters.ts';
import { parseEnvironment, required } from '../shared/environment.ts';
import { type HttpCall, header, jsonBody } from '../shared/http-call.ts';
import { lazy } from '../shared/lazy.ts';
import { openLog } from '../shared/log.ts';
import { ObjectCreated } from '../shared/object-created.ts';
import { parseInput } from '../shared/parse.ts';
import { answerStart, type Starting, startAndTell, startHandler } from './start-entry.ts';
import { executionStarter } from './start-execution.ts';
import { StartBody, startByHand, startOfUpload } from './start-request.ts';

const Environment = z.object({
  STATE_MACHINE_ARN: required('the ARN of the state machine alias'),
  BUCKET_NAME: required('the name of the workflow bucket'),
});

export interface StartServices extends Starting {
  bucketName: string;
  /** Something new on each call. */
  newId: () => string;
}

/** Starts the workflow for an uploaded file. Throws what Step Functions throws, so that EventBridge delivers again. */
export async function startForUpload(event: unknown, services: StartServices): Promise<void> {
  const created = parseInput(ObjectCreated, event, 'event');
  const request = startOfUpload(created);
  if (!request) return services.log.info('ignored: no workflow file', { key: created.detail.object.key });
  await startAndTell(request, 'upload', services);
}

const WORDS = {
  invalid: 'Invalid start request',
  failed: 'the workflow could not be started; nothing was done',
};

/** `POST /executions`: 202 with the execution; problem+json otherwise. Never throws. */
export function startForRequest(call: HttpCall, services: StartServices): Promise<APIGatewayProxyStructuredResultV2> {
  const { bucketName, newId } = services;
  const read = () => {
    const json = jsonBody(call, '{"key":"inputs/….json"}');
    const { bucket = bucketName, ...body } = parseInput(StartBody, json, 'request body');
    return startByHand({ bucket, ...body }, { idempotencyKey: header(call, 'idempotency-key'), newId });
  };
  return answerStart(read, WORDS, services);
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
export const handler = startHandler(services, { onRequest: startForRequest, onUpload: startForUpload });
