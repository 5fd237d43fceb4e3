import type middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { CachedSecret } from '../shared/cached-secret.ts';
import type { Counters } from '../shared/counters.ts';
import { errorFacts, type Log } from '../shared/log.ts';
import { HttpProblem, problemResponse, unavailable } from '../shared/problem-json.ts';
import { type Credentials, hasCredentials, verifiedBy, type WebhookSecrets } from './authenticate.ts';

/** An HTTP API event with the bytes of its body, as they were signed. */
export type WebhookEvent = Omit<APIGatewayProxyEventV2, 'body'> & { body?: unknown; rawBody?: Buffer };

type Middleware = middy.MiddlewareObj<WebhookEvent, APIGatewayProxyStructuredResultV2>;

/** Encoded as base64, 4 MiB still fit into the 6 MB of an invocation. Jira's bodies are some 10 KB. */
const LARGEST_BODY_BYTES = 4 * 1024 * 1024;

/** Keeps the raw bytes before anything parses them; the JSON parser leaves none. */
export function captureRawBody(): Middleware {
  return {
    before: ({ event }) => {
      const body = typeof event.body === 'string' ? event.body : '';
      event.rawBody = Buffer.from(body, event.isBase64Encoded ? 'base64' : 'utf8');
      if (event.rawBody.length > LARGEST_BODY_BYTES)
        throw new HttpProblem(
          413,
          'Body too large',
          `the body has ${event.rawBody.length} bytes, expected at most ${LARGEST_BODY_BYTES}`,
        );
    },
  };
}

/** Lets only requests through that were made with the secret. A failure is checked once more with the newest secret. */
export function authenticate(services: () => { secrets: CachedSecret<WebhookSecrets>; log: Log }): Middleware {
  return {
    before: async ({ event }) => {
      const credentials: Credentials = {
        signature: event.headers['x-hub-signature'],
        authorization: event.headers['authorization'],
        rawBody: event.rawBody ?? Buffer.alloc(0),
      };
      if (!hasCredentials(credentials)) throw unauthenticated('expected X-Hub-Signature or Authorization');
      const { secrets, log } = services();
      const newest = async () => {
        const read = await secrets.refreshed();
        return read && verifiedBy(credentials, read);
      };
      const name = verifiedBy(credentials, await secrets.current()) ?? (await newest());
      if (name === undefined)
        throw unauthenticated('neither X-Hub-Signature (sha256) nor the bearer token was made with the webhook secret');
      // Who rotates wants to know whether the sender has the new one before the next rotation.
      if (name === 'previous') log.info('authenticated with the previous secret');
    },
  };
}

/** A webhook with "Exclude body" decides nothing, and should say so rather than fail on its content type. */
export function requireBody(): Middleware {
  return {
    before: ({ event }) => {
      if (event.rawBody?.length === 0)
        throw new HttpProblem(422, 'No body', 'the request has no body; in Jira, switch "Exclude body" off');
    },
  };
}

/** Turns every error into problem+json, and everything unforeseen into a 503: Jira then sends it again. */
export function problems(services: () => { log: Log; counters: Counters }): Middleware {
  return {
    onError: (request) => {
      const problem = asProblem(request.error);
      const { log, counters } = services();
      const facts = { status: problem.status, ...errorFacts(problem) };
      counters.count(problem.status === 401 ? 'CallbackUnauthenticated' : 'CallbackRefused');
      if (problem.status < 500) log.warn('callback refused', facts);
      else log.error('callback not accepted', facts);
      request.response = problemResponse(problem);
    },
  };
}

function asProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  switch (statusOf(error)) {
    case 415:
      return new HttpProblem(415, 'Unsupported media type', 'expected Content-Type: application/json');
    case 422:
      return new HttpProblem(
        422,
        'Invalid JSON',
        'the body is not valid JSON; quote texts with .asJsonString in smart values',
      );
    default:
      return unavailable('the callback was not accepted; send it again', error);
  }
}

function statusOf(error: unknown): unknown {
  return error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
}

function unauthenticated(detail: string): HttpProblem {
  return new HttpProblem(401, 'Not authenticated', detail, {
    headers: { 'www-authenticate': 'Bearer realm="storygate"' },
  });
}
