import type { Gate } from '../../cli/session.ts';

/** What the console's pages are made from: one target, and how they tell of it. */
export interface ConsoleContext {
  /** The gate; its stack is looked up again now and then, since a local run may come back with other addresses. */
  gate: () => Promise<Gate>;
  /** For people, and for errors before the gate is known. */
  targetName: string;
  now: () => Date;
  /** Where stories can be looked at: `https://example.atlassian.net`. */
  jiraUrl?: string;
  /** AWS allows a few calls a second, and counts them: what changes is looked at less often. */
  remote?: boolean;
  /** Who decides unless the page says otherwise. */
  user: string;
}

/** One request to the console's API. */
export interface ApiRequest {
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  body: () => Promise<unknown>;
  /** Aborted when the page goes. */
  signal: AbortSignal;
}
