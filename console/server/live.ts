import type { ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { problemOf } from './http.ts';

/** Something that a page shows and that changes. */
export interface Topic {
  read: () => Promise<unknown>;
  /** How often it is looked at while somebody watches. */
  everyMs: number;
  /** For long lists: by what an entry is known. Then only changes are sent after the first list. */
  keyOf?: (entry: unknown) => string;
}

/** What a stream of a list tells: at first all, then what has changed. */
export type ListNews<T> = { all: T[] } | { put: T[]; gone: string[] };

/** A proxy or a browser that hears nothing for long believes that nobody is there. */
const HEARTBEAT_MS = 10_000;
/** A read that takes long is not repeated at once: at most a fifth of the time goes into reading. */
const REST = 4;

/** Sends a topic as server-sent events, whenever it has changed, until the page goes. Trouble is told, and tried again. */
export async function streamTopic(
  response: ServerResponse,
  topic: Topic,
  options: { target: string; signal: AbortSignal },
): Promise<void> {
  const { signal } = options;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const changes = topic.keyOf ? listChanges(topic.keyOf) : wholeChanges();
  let saidAt = 0;
  while (!signal.aborted) {
    const began = performance.now();
    const said = await topic
      .read()
      .then((value) => changes(value))
      .catch((error: unknown) => ({ event: 'trouble', data: JSON.stringify(problemOf(error, options.target)) }));
    if (said) response.write(`event: ${said.event}\ndata: ${said.data}\n\n`);
    else if (performance.now() - saidAt > HEARTBEAT_MS) response.write('event: alive\ndata: {}\n\n');
    if (said || performance.now() - saidAt > HEARTBEAT_MS) saidAt = performance.now();
    const rest = Math.max(topic.everyMs, (performance.now() - began) * REST);
    await setTimeout(rest, undefined, { signal }).catch(() => undefined);
  }
  response.end();
}

type Changes = (value: unknown) => { event: string; data: string } | undefined;

function wholeChanges(): Changes {
  let before = '';
  return (value) => {
    const data = JSON.stringify(value);
    if (data === before) return undefined;
    before = data;
    return { event: 'value', data };
  };
}

function listChanges(keyOf: (entry: unknown) => string): Changes {
  let before: Map<string, string> | undefined;
  return (value) => {
    if (!Array.isArray(value)) throw new Error('a topic with keyOf reads a list');
    const now = new Map(value.map((entry) => [keyOf(entry), JSON.stringify(entry)]));
    const news = before ? difference(before, now) : { all: value };
    before = now;
    if ('put' in news && news.put.length + news.gone.length === 0) return undefined;
    return { event: 'list', data: JSON.stringify(news) };
  };
}

function difference(before: Map<string, string>, now: Map<string, string>): ListNews<unknown> & { gone: string[] } {
  const put = [...now]
    .filter(([key, entry]) => before.get(key) !== entry)
    .map(([, entry]): unknown => JSON.parse(entry));
  return { put, gone: [...before.keys()].filter((key) => !now.has(key)) };
}
