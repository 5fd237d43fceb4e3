import { useCallback, useEffect, useState } from 'react';
import type { DeadLetter } from '../../../services/callback-relay/dead-letter.ts';
import { getJson } from '../connection/request.ts';
import { useLive } from '../connection/use-live.ts';

interface Letters {
  letters: readonly DeadLetter[] | undefined;
  error: string | undefined;
  /** About how many there are, live. */
  count: number | undefined;
  reload: () => void;
}

/** The dead letters. Looking at them hides them from others, so they are listed only when their number has changed. */
export function useLetters(): Letters {
  const { value } = useLive<{ count: number }>('/api/live/letters');
  const [letters, setLetters] = useState<readonly DeadLetter[]>();
  const [error, setError] = useState<string>();
  const [round, setRound] = useState(0);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  const count = value?.count;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another count or round means: look again
  useEffect(() => {
    const gone = new AbortController();
    getJson<DeadLetter[]>('/api/letters', gone.signal).then(
      (found) => {
        setLetters(found);
        setError(undefined);
      },
      (failure: unknown) => {
        if (!gone.signal.aborted) setError(failure instanceof Error ? failure.message : String(failure));
      },
    );
    return () => gone.abort();
  }, [count, round]);
  return { letters, error, count, reload };
}
