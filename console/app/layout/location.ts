import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
addEventListener('popstate', () => {
  for (const listener of listeners) listener();
});

/** Goes to another page of the console without loading it anew. */
export function go(path: string): void {
  history.pushState(null, '', path);
  scrollTo(0, 0);
  for (const listener of listeners) listener();
}

/** The path of the page that is shown. */
export function usePath(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => location.pathname,
  );
}

/** The page of an execution. */
export function executionPath(name: string): string {
  return `/executions/${encodeURIComponent(name)}`;
}
