import { useEffect, useState } from 'react';
import type { GateDetails, GateReference } from '../../server/gates.ts';
import type { Json } from '../connection/json.ts';
import { postJson } from '../connection/request.ts';

export type Details = Json<GateDetails>;

/** The packages and approvals of the gates that are shown. They are asked for when others are shown, or have changed. */
export function useDetails(gates: readonly GateReference[]): Readonly<Record<string, Details>> {
  const [details, setDetails] = useState<Record<string, Details>>({});
  const key = gates.map(({ executionName }) => executionName).join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the gates, which are a new list each time
  useEffect(() => {
    if (gates.length === 0) return;
    const references = gates.map(({ jiraStoryId, executionName, executionArn }) => ({
      jiraStoryId,
      executionName,
      executionArn,
    }));
    let current = true;
    postJson<Record<string, Details>>('/api/gates/details', { gates: references }).then(
      (found) => current && setDetails((before) => ({ ...before, ...found })),
      () => undefined, // the list is worth showing without them
    );
    return () => {
      current = false;
    };
  }, [key]);
  return details;
}
