/** The facts that are there. */
export function present<Name extends string>(facts: Record<Name, string | undefined>): { [K in Name]?: string } {
  // A cast, because Object.fromEntries forgets the names of its keys.
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as {
    [K in Name]?: string;
  };
}
