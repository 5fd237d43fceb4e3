import { setTimeout as delay } from 'node:timers/promises';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { type CachedSecret, cachedSecret, secretReader } from '../shared/cached-secret.ts';
import { CLIENT_SETTINGS } from '../shared/client-settings.ts';
import { parseEnvironment, required } from '../shared/environment.ts';
import { lazy } from '../shared/lazy.ts';
import { errorFacts, type Log, openLog } from '../shared/log.ts';
import { InvalidInputError, parseInput } from '../shared/parse.ts';
import { HttpProblem, jsonResponse, problemResponse, unavailable } from '../shared/problem-json.ts';
import { ApiTokens, isKnownToken } from './api-tokens.ts';
import { attemptCounter } from './attempts.ts';
import { forcedNumber, MOCK_APIS, mockAnswer } from './mock-behaviour.ts';

const Environment = z.object({ API_TOKENS_SECRET_ARN: required('the ARN of the secret with the API token') });

/** The parts of an HTTP API event (payload format 2.0) that a mock needs. */
const MockRequest = z.object({
  rawPath: z.string(),
  headers: z._default(z.record(z.string(), z.string()), () => ({})),
  body: z._default(z.string(), ''),
  isBase64Encoded: z._default(z.boolean(), false),
});
type MockRequest = z.infer<typeof MockRequest>;

const ReleaseBody = z.looseObject(
  {
    jiraStoryId: z.string('a Jira issue key'),
    packageIds: z.array(z.string('a package id'), 'a list of package ids'),
    executionId: z.string('the id of the execution'),
  },
  'a JSON object {"jiraStoryId","packageIds","executionId"}',
);

export interface MockServices {
  tokens: CachedSecret<ApiTokens>;
  /** Counts calls by key, from 1. */
  attempt: (key: string) => number;
  wait: (milliseconds: number) => Promise<unknown>;
  log: Log;
}

/** `POST /validation`, `/deployment`, `/notification`. Never throws. */
export async function answerMock(event: unknown, services: MockServices): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    const request = parseInput(MockRequest, event, 'HTTP event', { showValues: false });
    await requireToken(request, services.tokens);
    return await answer(request, services);
  } catch (error) {
    services.log.warn('mock call refused', errorFacts(error));
    return problemResponse(asProblem(error));
  }
}

async function answer(request: MockRequest, { attempt, wait, log }: MockServices) {
  const path = request.rawPath.split('/').at(-1) ?? '';
  const api = MOCK_APIS.find((name) => name === path);
  if (!api) throw new HttpProblem(404, 'Not found', `path is ${path}, expected one of ${MOCK_APIS.join(', ')}`);
  const { jiraStoryId, packageIds, executionId } = parseInput(ReleaseBody, readJson(request), 'request body');
  const status = forcedNumber('X-Mock-Status', request.headers['x-mock-status'], [200, 599]);
  const delayMs = forcedNumber('X-Mock-Delay-Ms', request.headers['x-mock-delay-ms'], [0, 55_000]);
  const problems = [status.problem ?? [], delayMs.problem ?? []].flat();
  if (problems.length > 0) throw new InvalidInputError('request headers', problems);
  const mock = mockAnswer({
    ...{ api, executionId, jiraStoryId, packageIds, attempt: attempt(`${api} ${executionId}`) },
    ...{ forcedStatus: status.value, forcedDelayMs: delayMs.value },
  });
  log.info('mock answers', { api, executionId, status: mock.status, delayMs: mock.delayMs });
  if (mock.delayMs > 0) await wait(mock.delayMs);
  return jsonResponse(mock.status, mock.body);
}

async function requireToken({ headers }: MockRequest, tokens: CachedSecret<ApiTokens>): Promise<void> {
  const token = /^Bearer +(\S+)\s*$/i.exec(headers['authorization'] ?? '')?.[1];
  if (token !== undefined) {
    if (isKnownToken(token, await tokens.current())) return;
    const newest = await tokens.refreshed();
    if (newest && isKnownToken(token, newest)) return;
  }
  throw new HttpProblem(
    401,
    'Not authenticated',
    'expected Authorization: Bearer with the token of the API tokens secret',
    {
      headers: { 'www-authenticate': 'Bearer realm="storygate-mocks"' },
    },
  );
}

function readJson({ body, isBase64Encoded }: MockRequest): unknown {
  try {
    return JSON.parse(isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body);
  } catch {
    throw new HttpProblem(400, 'Invalid JSON', 'the request body is not JSON');
  }
}

function asProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof InvalidInputError)
    return new HttpProblem(400, 'Invalid request', error.message, { problems: error.problems });
  return unavailable('the mock cannot read its token', error);
}

const services = lazy((): MockServices => {
  const { API_TOKENS_SECRET_ARN } = parseEnvironment(Environment);
  return {
    tokens: cachedSecret(secretReader(new SecretsManagerClient(CLIENT_SETTINGS), API_TOKENS_SECRET_ARN, ApiTokens)),
    attempt: attemptCounter(),
    wait: delay,
    log: openLog(),
  };
});

/** Runs for every call of a mock API. */
export const handler = (event: unknown): Promise<APIGatewayProxyStructuredResultV2> => answerMock(event, services());
