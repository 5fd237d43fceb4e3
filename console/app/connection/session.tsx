import { createContext, type ReactNode, use, useEffect, useState } from 'react';
import type { SessionInfo } from '../../server/api.ts';
import { getJson, RequestError } from './request.ts';
import { report, useConnection } from './status.ts';

const Session = createContext<SessionInfo | undefined>(undefined);

/** Gives the page what it needs to know of its session; asks again when a connection has come back. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [session, setSession] = useState<SessionInfo>();
  const { kind } = useConnection();
  useEffect(() => {
    if (kind === 'live' || kind === 'connecting')
      getJson<SessionInfo>('/api/session').then(
        (found) => {
          setSession(found);
          report({ kind: 'live' });
        },
        (error: unknown) => {
          if (error instanceof RequestError)
            report({
              kind: error.status === 401 ? 'ended' : error.status === 0 ? 'lost' : 'trouble',
              message: error.message,
            });
        },
      );
  }, [kind]);
  return <Session value={session}>{children}</Session>;
}

/** The session; undefined until the server has told of it. */
export function useSession(): SessionInfo | undefined {
  return use(Session);
}
