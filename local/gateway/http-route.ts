import type { IncomingMessage, ServerResponse } from 'node:http';

/** Requests that are no AWS API but live on the gateway's address: HTTP APIs, the runtime's own control plane. */
export interface HttpRoute {
  /** What their paths start with: `/_apis/`. */
  prefix: string;
  /** Answers one request. The body has been read already. */
  handle(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void>;
}
