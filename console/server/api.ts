import type { ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { NotFoundError } from '../../cli/errors.ts';
import { storedText } from '../../cli/executions/stored-files.ts';
import { approvalsOf } from '../../cli/gates/approvals.ts';
import { lettersOf } from '../../cli/letters/letters-of.ts';
import type { Gate } from '../../cli/session.ts';
import { parseInput } from '../../services/shared/parse.ts';
import { decide, redrive, startGate, stop } from './actions.ts';
import { activitySince } from './activity.ts';
import type { ApiRequest, ConsoleContext } from './context.ts';
import { definitionOf, executionView } from './execution-view.ts';
import { kept } from './kept.ts';
import { changeLetters, letterCount } from './letters.ts';
import type { Topic } from './live.ts';
import { overview } from './overview.ts';
import { GateReference, gatePackages, MOST_GATES } from './packages.ts';
import { gateList } from './recent-gates.ts';

/** What the page needs to know of its session. No secret is part of it. */
export interface SessionInfo {
  target: string;
  kind: 'local' | 'aws';
  stage: string;
  stack: string;
  user: string;
  jiraUrl?: string;
}

/** How one path of the API is answered: with JSON, as a stream of what changes, or in its own way. */
export type Operation =
  | { kind: 'json'; run: (request: ApiRequest) => Promise<unknown> }
  | { kind: 'live'; topic: (request: ApiRequest) => Topic }
  | { kind: 'stream'; run: (request: ApiRequest, response: ServerResponse) => Promise<void> };

const References = z.object({
  gates: z.array(GateReference).check(z.maxLength(MOST_GATES, `at most ${MOST_GATES} gates`)),
});
const HOUR_MS = 3_600_000;
/** How much less often AWS is asked than the local run. */
const REMOTE_PATIENCE = 5;

/** The console's API: method and path, with `:name` for what varies. */
export function api(context: ConsoleContext): Readonly<Record<string, Operation>> {
  const { gate, now } = context;
  const packages = gatePackages();
  const json = (run: (gate: Gate, request: ApiRequest) => Promise<unknown>): Operation => ({
    kind: 'json',
    run: async (request) => run(await gate(), request),
  });
  return {
    'GET /api/session': json(async (found) => sessionInfo(context, found)),
    'POST /api/gates/packages': json(async (found, { body }) =>
      packages(found, parseInput(References, await body(), 'the request').gates),
    ),
    'POST /api/decisions': json(async (found, { body, signal }) => decide(found, await body(), signal)),
    'POST /api/workflow-files': json(async (found, { body }) => startGate(found, await body())),
    'GET /api/executions/:name/definition': json((found, { params }) => definitionOf(found, params['name'] ?? '')),
    'GET /api/executions/:name/file': json((found, { params, query }) =>
      fileOf(found, params['name'] ?? '', query.get('key') ?? ''),
    ),
    'POST /api/executions/:name/stop': json(async (found, { params, body }) =>
      stop(found, params['name'] ?? '', await body()),
    ),
    'POST /api/executions/:name/redrive': json((found, { params }) => redrive(found, params['name'] ?? '', 'redrive')),
    'POST /api/executions/:name/restart': json((found, { params }) => redrive(found, params['name'] ?? '', 'restart')),
    'GET /api/letters': json((found) => lettersOf(found, now).list()),
    'POST /api/letters': {
      kind: 'stream',
      run: async ({ body, signal }, response) => changeLetters(response, await gate(), await body(), { now, signal }),
    },
    ...liveTopics(context),
  };
}

function liveTopics({ gate, now, remote }: ConsoleContext): Record<string, Operation> {
  const list = gateList();
  const waits = kept(400, async () => list(await gate(), now()));
  const letters = kept(900, async () => letterCount(await gate()));
  const figures = kept(5_000, async () => overview(await gate(), now()));
  const pace = (localMs: number, topic: Omit<Topic, 'everyMs'>): Topic => ({
    ...topic,
    everyMs: remote ? localMs * REMOTE_PATIENCE : localMs,
  });
  return {
    'GET /api/live/gates': {
      kind: 'live',
      topic: () => pace(700, { read: waits, keyOf: (wait) => fieldOf(wait, 'executionName') }),
    },
    'GET /api/live/approvals': {
      kind: 'live',
      topic: ({ query }) => {
        const stories = query.getAll('story').slice(0, MOST_GATES);
        return pace(1_000, { read: async () => Object.fromEntries(await approvalsOf(await gate(), stories)) });
      },
    },
    'GET /api/live/executions/:name': {
      kind: 'live',
      topic: ({ params }) => pace(700, { read: async () => executionView(await gate(), params['name'] ?? '') }),
    },
    'GET /api/live/letters': { kind: 'live', topic: () => pace(1_500, { read: letters }) },
    'GET /api/live/activity': {
      kind: 'live',
      topic: ({ query }) => {
        const hours = Math.min(Math.max(Number(query.get('hours')) || 24, 1), 24 * 14);
        const since = new Date(now().getTime() - hours * HOUR_MS);
        return pace(2_000, {
          read: async () => activitySince(await gate(), since),
          keyOf: (entry) => fieldOf(entry, 'id'),
        });
      },
    },
    'GET /api/live/overview': { kind: 'live', topic: () => pace(5_000, { read: figures }) },
  };
}

function sessionInfo({ user, jiraUrl }: ConsoleContext, { target, stack }: Gate): SessionInfo {
  const { name, kind, stage } = target;
  return { target: name, kind, stage, stack: stack.name, user, ...(jiraUrl && { jiraUrl }) };
}

function fieldOf(entry: unknown, name: string): string {
  return typeof entry === 'object' && entry !== null ? String(Reflect.get(entry, name)) : '';
}

/** The text of a file that the execution has written; no other file of the bucket. */
async function fileOf(gate: Gate, name: string, key: string): Promise<{ key: string; text: string }> {
  const own = [`outputs/${name}/`, `logs/${name}/`].some((folder) => key.startsWith(folder));
  const text = own ? await storedText(gate, key) : undefined;
  if (text === undefined) throw new NotFoundError(`${name} has written no file ${key}`);
  return { key, text };
}
