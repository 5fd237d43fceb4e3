import { useEffect, useState } from 'react';
import type { ListNews } from '../../server/live.ts';
import { readEvents } from './event-stream.ts';
import { call, RequestError } from './request.ts';
import { report } from './status.ts';

/** What a page shows of something that changes. The last value stays while there is trouble. */
export interface Live<T> {
  value: T | undefined;
  /** Why there is no value, or no newer one. */
  trouble: { status: number; message: string } | undefined;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 5_000;

/** Follows a topic of the server for as long as the component is shown, and connects again by itself; without a path nothing. */
export function useLive<T>(path: string | undefined): Live<T> {
  return useStream<T>(path, (_, event, data) => (event === 'value' ? JSON.parse(data) : undefined));
}

/** The same for a list of which only changes are sent. */
export function useLiveList<T>(path: string, keyOf: (entry: T) => string): Live<readonly T[]> {
  return useStream<readonly T[]>(path, (before, event, data) => {
    if (event !== 'list') return undefined;
    const news: ListNews<T> = JSON.parse(data);
    if ('all' in news) return news.all;
    const replaced = new Map(news.put.map((entry) => [keyOf(entry), entry]));
    const gone = new Set(news.gone);
    const kept = (before ?? []).flatMap((entry) => {
      const key = keyOf(entry);
      if (gone.has(key)) return [];
      const newer = replaced.get(key);
      replaced.delete(key);
      return [newer ?? entry];
    });
    return [...replaced.values(), ...kept];
  });
}

function useStream<T>(
  path: string | undefined,
  next: (before: T | undefined, event: string, data: string) => T | undefined,
): Live<T> {
  const [live, setLive] = useState<Live<T> & { path: string | undefined }>({
    path,
    value: undefined,
    trouble: undefined,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `next` is made anew with every render and means the same
  useEffect(() => {
    if (path === undefined) return;
    const gone = new AbortController();
    let value: T | undefined;
    const onEvent = (event: string, data: string) => {
      if (event === 'trouble') {
        const trouble: { status: number; message: string } = JSON.parse(data);
        report({ kind: trouble.status === 404 ? 'live' : 'trouble', message: trouble.message });
        setLive({ path, value, trouble });
        return;
      }
      report({ kind: 'live' });
      value = next(value, event, data) ?? value;
      setLive({ path, value, trouble: undefined });
    };
    follow(path, gone.signal, onEvent, (trouble) => setLive({ path, value, trouble }));
    return () => gone.abort();
  }, [path]);
  return live.path === path ? live : { value: undefined, trouble: undefined };
}

async function follow(
  path: string,
  signal: AbortSignal,
  onEvent: (event: string, data: string) => void,
  onLost: (trouble: { status: number; message: string }) => void,
): Promise<void> {
  let retryMs = FIRST_RETRY_MS;
  while (!signal.aborted) {
    try {
      for await (const { event, data } of readEvents(await call(path, { signal }))) {
        retryMs = FIRST_RETRY_MS;
        onEvent(event, data);
      }
      throw new RequestError(0, 'The connection was lost');
    } catch (error) {
      if (signal.aborted) return;
      const { status, message } =
        error instanceof RequestError ? error : new RequestError(0, 'The connection was lost');
      report({ kind: status === 401 ? 'ended' : 'lost', message });
      onLost({ status, message });
      if (status === 401) return; // another token would be needed
    }
    await new Promise((resolve) => setTimeout(resolve, retryMs));
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
  }
}
