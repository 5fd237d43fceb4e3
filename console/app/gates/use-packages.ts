import { useEffect, useState } from 'react';
import type { GateReference, Packages } from '../../server/packages.ts';
import { postJson } from '../connection/request.ts';

/** The packages of the gates that are shown, by execution. They never change, so they are asked for once others are shown. */
export function usePackages(gates: readonly GateReference[]): Packages {
  const [packages, setPackages] = useState<Packages>({});
  const key = gates.map(({ executionName }) => executionName).join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the gates, which are a new list each time
  useEffect(() => {
    const missing = gates.filter(({ executionName }) => packages[executionName] === undefined);
    if (missing.length === 0) return;
    let current = true;
    const references = missing.map(({ executionName, executionArn }) => ({ executionName, executionArn }));
    postJson<Packages>('/api/gates/packages', { gates: references }).then(
      (found) => current && setPackages((before) => ({ ...before, ...found })),
      () => undefined, // the list is worth showing without them
    );
    return () => {
      current = false;
    };
  }, [key]);
  return packages;
}
