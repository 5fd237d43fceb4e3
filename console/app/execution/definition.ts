/** What the graph needs to know of a state. */
interface AslState {
  Type: string;
  Next?: string;
  Default?: string;
  Choices?: { Next?: string }[];
  Catch?: { Next?: string }[];
  Branches?: AslMachine[];
  ItemProcessor?: AslMachine;
  Iterator?: AslMachine;
}

/** A state machine or a branch in the States Language. */
export interface AslMachine {
  StartAt: string;
  States: Record<string, AslState>;
}

/** A way from one state to another; `error` for what a Catch takes. */
export interface Way {
  from: string;
  to: string;
  error: boolean;
}

/** The ways out of each state of a machine, those of its inner machines not among them. */
export function waysOf({ States }: AslMachine): Way[] {
  return Object.entries(States).flatMap(([from, state]) => {
    const normal = [state.Next, state.Default, ...(state.Choices ?? []).map(({ Next }) => Next)];
    const errors = (state.Catch ?? []).map(({ Next }) => Next);
    const way = (error: boolean) => (to: string | undefined) => (to ? [{ from, to, error }] : []);
    return [...[...new Set(normal)].flatMap(way(false)), ...[...new Set(errors)].flatMap(way(true))];
  });
}

/** The machines inside of a state: branches of a Parallel, the body of a Map. */
export function innerMachines({ Branches, ItemProcessor, Iterator }: AslState): AslMachine[] {
  return [...(Branches ?? []), ...[ItemProcessor ?? Iterator].flatMap((machine) => machine ?? [])];
}
