/** A request to a route, over a socket or from the runtime itself. */
export interface RouteRequest {
  method: string;
  /** Path and query, percent-encoding untouched. */
  url: string;
  /** Names and values in turn, as they were sent: headers that come twice stay apart. */
  rawHeaders: readonly string[];
  /** `1.1` */
  httpVersion: string;
  /** The caller's address, and the port that it called. */
  remoteAddress: string;
  localPort: number;
  body: Buffer;
}

export interface RouteResponse {
  status: number;
  headers: Readonly<Record<string, string | string[]>>;
  body: string | Buffer;
}

/** Requests that are no AWS API but live on the gateway's address: HTTP APIs, the runtime's own control plane. */
export interface HttpRoute {
  /** What their paths start with: `/_apis/`. */
  prefix: string;
  /** Answers one request. Rejects with `ConnectionLost` when there is to be no answer. */
  handle(request: RouteRequest): Promise<RouteResponse>;
}

export function jsonResponse(status: number, body: object): RouteResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
