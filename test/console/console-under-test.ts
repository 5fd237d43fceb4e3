import { buildOnce } from '../../console/server/build.ts';
import { type RunningConsole, serveConsole } from '../../console/server/serve.ts';
import { gateAt } from '../support/gate-at.ts';

export const TOKEN = 'token-of-this-test';

/** Serves the real console for a local runtime. @param port 0 takes a free one */
export async function consoleFor(endpoint: string, port = 0): Promise<RunningConsole> {
  return serveConsole({
    port,
    token: TOKEN,
    gate: () => gateAt(endpoint),
    targetName: 'the local run of this test',
    now: () => new Date(),
    user: 'Jo Doe',
    jiraUrl: 'https://jira.example.com',
    built: buildOnce,
  });
}

/** The address of one of the console's pages, with the key to its session. */
export function addressOf(running: RunningConsole, path: string): string {
  const { origin, hash } = new URL(running.url);
  return `${origin}${path}${hash}`;
}

/** Calls the console's API as its page does. */
export function callConsole(
  running: RunningConsole,
  path: string,
  options: { headers?: Record<string, string>; body?: unknown } = {},
): Promise<Response> {
  return fetch(`${new URL(running.url).origin}${path}`, {
    headers: { 'x-storygate-token': TOKEN, ...options.headers },
    ...(options.body !== undefined && { method: 'POST', body: JSON.stringify(options.body) }),
  });
}
