import { useSyncExternalStore } from 'react';

/** How the page is connected: to its own server, and through that to the target. */
export interface ConnectionStatus {
  kind: 'connecting' | 'live' | 'trouble' | 'lost' | 'ended';
  message?: string;
}

let current: ConnectionStatus = { kind: 'connecting' };
const listeners = new Set<() => void>();

/** Notes how the newest stream is connected. */
export function report(status: ConnectionStatus): void {
  if (status.kind === current.kind && status.message === current.message) return;
  current = status;
  for (const listener of listeners) listener();
}

/** The connection as the header tells it. */
export function useConnection(): ConnectionStatus {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
