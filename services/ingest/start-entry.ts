import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import type { Counters } from '../shared/counters.ts';
import { HttpCall } from '../shared/http-call.ts';
import { errorFacts, type Log } from '../shared/log.ts';
import { InvalidInputError } from '../shared/parse.ts';
import { HttpProblem, jsonResponse, problemResponse, unavailable } from '../shared/problem-json.ts';
import type { StartExecution, Started } from './start-execution.ts';

/** What every workflow needs that uploads and requests start. */
export interface Starting {
  start: StartExecution;
  log: Log;
  counters: Counters;
}

type Execution = Parameters<StartExecution>[0];

/** Starts an execution, and says so in the log and the metrics. */
export async function startAndTell(
  request: Execution,
  trigger: 'upload' | 'request',
  { start, log, counters }: Starting,
): Promise<Started> {
  const started = await start(request);
  counters.count(started.isNew ? 'ExecutionStarted' : 'ExecutionStartRepeated');
  log.info('started', { trigger, ...started, ...request.input });
  return started;
}

/**
 * Answers a request for an execution: 202 with the execution; problem+json otherwise. Never throws.
 *
 * @param read what the request asks for; throws `InvalidInputError` or `HttpProblem`
 * @param words for the person who reads the answer: a title for what is invalid, a sentence for what could not be started
 */
export async function answerStart(
  read: () => Execution,
  words: { invalid: string; failed: string },
  starting: Starting,
): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    const request = read();
    const { executionArn, name, isNew } = await startAndTell(request, 'request', starting);
    return jsonResponse(202, { executionArn, name, started: isNew, input: request.input });
  } catch (error) {
    starting.log.warn('not started', errorFacts(error));
    return problemResponse(asProblem(error, words));
  }
}

function asProblem(error: unknown, words: { invalid: string; failed: string }): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof InvalidInputError)
    return new HttpProblem(400, words.invalid, error.message, { problems: error.problems });
  return unavailable(words.failed, error);
}

/** A function that an HTTP API and EventBridge call: one way for each. */
export function startHandler<Services extends Starting>(
  services: () => Services,
  ways: {
    onRequest(call: HttpCall, services: Services): Promise<APIGatewayProxyStructuredResultV2>;
    onUpload(event: unknown, services: Services): Promise<void>;
  },
): (event: unknown) => Promise<APIGatewayProxyStructuredResultV2 | undefined> {
  return async (event) => {
    const started = services();
    try {
      const call = z.safeParse(HttpCall, event);
      if (call.success) return await ways.onRequest(call.data, started);
      await ways.onUpload(event, started);
      return undefined;
    } finally {
      started.counters.flush();
    }
  };
}
