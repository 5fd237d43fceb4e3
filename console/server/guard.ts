import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The header that carries the session's token. A page of another site cannot send it without being asked about it first. */
export const TOKEN_HEADER = 'x-storygate-token';

/** Why a request is refused; the text is for whoever sent it. */
export interface Refusal {
  status: 401 | 403;
  message: string;
}

/**
 * Lets through what this machine's own browser asks of this server, and nothing that another site makes it ask.
 * `Host` first: a name that was made to resolve to 127.0.0.1 is stopped before anything else is looked at.
 */
export function refusalOf(request: IncomingMessage, session: { port: number; token: string }): Refusal | undefined {
  const { host = '', origin } = request.headers;
  const hosts = [`127.0.0.1:${session.port}`, `localhost:${session.port}`];
  if (!hosts.includes(host)) return { status: 403, message: `Host is ${host}, expected ${hosts[0]}` };
  if (origin !== undefined && origin !== `http://${host}`)
    return { status: 403, message: `Origin is ${origin}, expected http://${host}` };
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return { status: 403, message: 'the console answers only its own page' };
  if (!request.url?.startsWith('/api/')) return undefined;
  return sameToken(request.headers[TOKEN_HEADER], session.token)
    ? undefined
    : { status: 401, message: 'this session has ended; open the address that storygate console printed last' };
}

function sameToken(given: string | string[] | undefined, expected: string): boolean {
  const [a, b] = [Buffer.from(String(given ?? '')), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
