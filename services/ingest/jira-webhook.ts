import { randomUUID } from 'node:crypto';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { type CachedSecret, cachedSecret, secretReader } from '../shared/cached-secret.ts';
import type { Envelope } from '../shared/callback.ts';
import { CLIENT_SETTINGS } from '../shared/client-settings.ts';
import { type Counters, openCounters } from '../shared/counters.ts';
import { type Publish, publisher } from '../shared/domain-events.ts';
import { parseEnvironment, required, seconds } from '../shared/environment.ts';
import { lazy } from '../shared/lazy.ts';
import { type Log, openLog } from '../shared/log.ts';
import { parseInput } from '../shared/parse.ts';
import { jsonResponse, unavailable } from '../shared/problem-json.ts';
import { allowedAddresses, type IsAllowed, onlyFrom } from './allowed-addresses.ts';
import { WebhookSecrets } from './authenticate.ts';
import { DecisionCriteria } from './criteria.ts';
import { type Rules, readCallback } from './receive-callback.ts';
import { authenticate, captureRawBody, problems, requireBody, type WebhookEvent } from './webhook-middleware.ts';

const Environment = z.object({
  CALLBACK_QUEUE_URL: required('the URL of the callback queue'),
  WEBHOOK_SECRET_ARN: required('the ARN of the webhook secret'),
  DECISION_CRITERIA: required('the decision criteria as JSON, {} for the built-in ones'),
  REPLAY_WINDOW_SECONDS: seconds('how old a delivery may be'),
  EVENT_BUS_NAME: required('the name of the event bus'),
  /** Address ranges, separated by commas; empty for any. */
  ALLOWED_ADDRESSES: z._default(z.string(), ''),
});

export interface WebhookServices extends Rules {
  secrets: CachedSecret<WebhookSecrets>;
  /** Resolves once the queue has the message. */
  enqueue: (envelope: Envelope) => Promise<void>;
  publish: Publish;
  now: () => Date;
  log: Log;
  counters: Counters;
  isAllowed: IsAllowed;
}

/** Answers an authenticated request: 202 once the queue has the callback, 200 with the reason for what decides nothing. */
export async function receiveCallback(
  event: WebhookEvent,
  services: WebhookServices,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { enqueue, publish, now, log, counters } = services;
  const reading = readCallback(
    {
      body: event.body,
      rawBody: event.rawBody ?? Buffer.alloc(0),
      webhookIdentifier: event.headers['x-atlassian-webhook-identifier'],
      idempotencyKey: event.headers['idempotency-key'],
      receivedAt: now(),
    },
    services,
  );
  if (reading.kind === 'ignored') {
    counters.count('CallbackIgnored');
    log.info('callback ignored', { reason: reading.reason });
    return jsonResponse(200, { status: 'ignored', reason: reading.reason });
  }
  if (reading.kind === 'moved') {
    const { callbackId, jiraStoryId, movedFrom } = reading.move;
    await enqueue(reading.move).catch(queueAway);
    counters.count('IssueMoveAccepted');
    log.info('issue move accepted', { callbackId, jiraStoryId, movedFrom });
    const message = `no decision; that ${movedFrom} is ${jiraStoryId} now was queued`;
    return jsonResponse(202, { status: 'accepted', callbackId, jiraStoryId, movedFrom, message });
  }
  const { callbackId, jiraStoryId, outcome, actor, source, receivedAt } = reading.callback;
  await enqueue(reading.callback).catch(queueAway);
  counters.count('CallbackAccepted');
  log.info('callback accepted', { callbackId, jiraStoryId, outcome, source });
  await publish([
    { type: 'Callback Accepted', detail: { jiraStoryId, callbackId, outcome, actor, source, receivedAt } },
  ]);
  const message = `${outcome} for ${jiraStoryId} was queued`;
  return jsonResponse(202, { status: 'accepted', callbackId, jiraStoryId, outcome, message });
}

function queueAway(error: unknown): never {
  throw unavailable('the callback queue cannot be reached; send it again', error);
}

/** The whole of the edge: bytes, authentication, JSON, normalising, queue. Never throws. */
export function jiraWebhook(services: () => WebhookServices) {
  return middy<WebhookEvent, APIGatewayProxyStructuredResultV2>()
    .use({ after: () => services().counters.flush(), onError: () => services().counters.flush() })
    .use(problems(services))
    .use(onlyFrom(() => services().isAllowed))
    .use(captureRawBody())
    .use(authenticate(services))
    .use(requireBody())
    .use(httpJsonBodyParser())
    .handler((event) => receiveCallback(event, services()));
}

function queueSender(client: SQSClient, queueUrl: string): WebhookServices['enqueue'] {
  return async (envelope) => {
    const attribute = (value: string) => ({ DataType: 'String', StringValue: value });
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(envelope),
        MessageAttributes: {
          jiraStoryId: attribute(envelope.jiraStoryId),
          callbackId: attribute(envelope.callbackId),
        },
      }),
    );
  };
}

const services = lazy((): WebhookServices => {
  const environment = parseEnvironment(Environment);
  const log = openLog();
  const secretsManager = new SecretsManagerClient(CLIENT_SETTINGS);
  return {
    secrets: cachedSecret(secretReader(secretsManager, environment.WEBHOOK_SECRET_ARN, WebhookSecrets)),
    enqueue: queueSender(new SQSClient(CLIENT_SETTINGS), environment.CALLBACK_QUEUE_URL),
    publish: publisher(new EventBridgeClient(CLIENT_SETTINGS), environment.EVENT_BUS_NAME, log),
    criteria: parseInput(DecisionCriteria, JSON.parse(environment.DECISION_CRITERIA), 'DECISION_CRITERIA'),
    replayWindowSeconds: environment.REPLAY_WINDOW_SECONDS,
    newId: randomUUID,
    now: () => new Date(),
    log,
    counters: openCounters(),
    isAllowed: allowedAddresses(environment.ALLOWED_ADDRESSES),
  };
});

/** Runs for every `POST /callback`. */
export const handler = jiraWebhook(services);
