import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Context } from 'aws-lambda';
import { jiraWebhook, type WebhookServices } from '../../../services/ingest/jira-webhook.ts';
import { type Callback, type IssueMoved, isIssueMoved } from '../../../services/shared/callback.ts';
import type { DomainEvent } from '../../../services/shared/domain-events.ts';
import { recordingLog } from '../recording-log.ts';

export const SECRET = 'open sesame, said Ali Baba';
/** The time of the native examples, 2025-03-01T09:00:00Z, and a second. */
export const NOW = new Date(1_740_819_601_000);

/** Where all requests come from. */
export const CALLER = '198.51.100.7';

type Handler = ReturnType<typeof jiraWebhook>;
type HandlerEvent = Parameters<Handler>[0];

export interface Request {
  body?: string | Buffer | undefined;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  text: string;
  body: Record<string, unknown>;
}

/** The webhook with everything behind it in memory. */
export class Webhook {
  readonly queued: Callback[] = [];
  readonly moves: IssueMoved[] = [];
  readonly events: DomainEvent[] = [];
  readonly counted: string[] = [];
  readonly log = recordingLog();
  readonly services: WebhookServices;
  readonly #handler: Handler;

  constructor(more: Partial<WebhookServices> = {}) {
    let ids = 0;
    const secrets = { current: SECRET, previous: '' };
    this.services = {
      secrets: { current: async () => secrets, refreshed: async () => undefined },
      enqueue: async (envelope) =>
        void (isIssueMoved(envelope) ? this.moves.push(envelope) : this.queued.push(envelope)),
      publish: async (some) => void this.events.push(...some),
      criteria: { projects: {} },
      replayWindowSeconds: 86_400,
      newId: () => {
        ids += 1;
        return `new-${ids}`;
      },
      now: () => NOW,
      log: this.log,
      counters: { count: (metric) => void this.counted.push(metric), flush: () => {} },
      isAllowed: () => true,
      ...more,
    };
    this.#handler = jiraWebhook(() => this.services);
  }

  /** Sends a request as it is. */
  async send({ body, headers = {} }: Request): Promise<Answer> {
    const event = {
      headers,
      requestContext: { http: { sourceIp: CALLER } },
      ...(body !== undefined && { body: body.toString(Buffer.isBuffer(body) ? 'base64' : 'utf8') }),
      isBase64Encoded: Buffer.isBuffer(body),
    };
    // The handler reads nothing else of an API event, and nothing of the context.
    const {
      statusCode = 0,
      headers: answered = {},
      body: text = '',
    } = await this.#handler(event as unknown as HandlerEvent, {} as Context);
    return { status: statusCode, headers: answered, text, body: JSON.parse(text) };
  }

  /** Sends a JSON body with the bearer secret. */
  post(body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const json = { 'content-type': 'application/json', authorization: `Bearer ${SECRET}` };
    return this.send({ body: JSON.stringify(body), headers: { ...json, ...headers } });
  }
}

export function sign(body: string | Buffer, secret = SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

export function example(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`../../../examples/jira/${name}.json`, import.meta.url), 'utf8'));
}
