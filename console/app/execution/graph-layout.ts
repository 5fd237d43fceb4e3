import { type AslMachine, innerMachines, type Way, waysOf } from './definition.ts';

/** A state with its place; `parent` is the state that it is inside of, and its place is relative to that. */
export interface PlacedState {
  name: string;
  type: string;
  parent?: string;
  x: number;
  y: number;
  width: number;
  height: number;
  isGroup: boolean;
}

/** A way with the sides at which it leaves and arrives. */
export interface PlacedWay extends Way {
  leaves: 'bottom' | 'right';
  arrives: 'top' | 'left' | 'right';
}

/** A machine with all that is inside of it. */
export interface PlacedMachine {
  states: PlacedState[];
  ways: PlacedWay[];
  width: number;
  height: number;
}

const WIDTH = 190;
const HEIGHT = 56;
const GAP = 40;
/** Room for the name of a state above those inside of it. */
const GROUP = { top: 60, side: 16 };

/**
 * Places the states of a machine: the way that all goes well in one column, everything else beside it at the height where it
 * branches off; inside of another state below it. What is inside of a state is placed first, since it gives the size.
 */
export function placeStates(machine: AslMachine, parent?: string): PlacedMachine {
  const inner = innerPlaces(machine);
  const sizeOf = (name: string) => inner.get(name) ?? { width: WIDTH, height: HEIGHT };
  const main = mainWay(machine);
  const width = Math.max(...main.map((name) => sizeOf(name).width));
  const places = new Map<string, { x: number; y: number }>();
  let bottom = 0;
  for (const name of main) {
    places.set(name, { x: (width - sizeOf(name).width) / 2, y: bottom });
    bottom += sizeOf(name).height + GAP;
  }
  let besideBottom = parent === undefined ? 0 : bottom;
  for (const name of besideOf(machine, main)) {
    const from = waysOf(machine).find((way) => way.to === name)?.from;
    const y = Math.max(besideBottom, parent === undefined ? (places.get(from ?? '')?.y ?? 0) : 0);
    places.set(name, { x: parent === undefined ? width + 2 * GAP : 0, y });
    besideBottom = y + sizeOf(name).height + GAP / 2;
  }
  const states = Object.entries(machine.States).map(([name, { Type: type }]): PlacedState => {
    const { x, y } = places.get(name) ?? { x: 0, y: 0 };
    return {
      name,
      type,
      x,
      y,
      ...sizes(sizeOf(name)),
      ...(parent !== undefined && { parent }),
      isGroup: inner.has(name),
    };
  });
  return {
    states: [...states, ...[...inner.values()].flatMap((group) => group.states)],
    ways: [...placedWays(machine, main, places), ...[...inner.values()].flatMap((group) => group.ways)],
    width: Math.max(...states.map((state) => state.x + state.width)),
    height: Math.max(...states.map((state) => state.y + state.height)),
  };
}

function sizes({ width, height }: { width: number; height: number }) {
  return { width, height };
}

/** The states that are run when nothing goes wrong, in order. */
function mainWay({ StartAt, States }: AslMachine): string[] {
  const way: string[] = [];
  for (let name: string | undefined = StartAt; name !== undefined && !way.includes(name); ) {
    const state: AslMachine['States'][string] | undefined = States[name];
    if (!state) break;
    way.push(name);
    name = state.Next ?? state.Choices?.[0]?.Next ?? state.Default;
  }
  return way;
}

/** The other states, those first that branch off first. */
function besideOf(machine: AslMachine, main: readonly string[]): string[] {
  const beside: string[] = [];
  const ways = waysOf(machine);
  const follow = (from: string) => {
    for (const { to } of ways.filter((way) => way.from === from))
      if (!main.includes(to) && !beside.includes(to) && to in machine.States) beside.push(to);
  };
  main.forEach(follow);
  for (const name of beside) follow(name); // grows while it is gone through
  return beside;
}

function placedWays(
  machine: AslMachine,
  main: readonly string[],
  places: ReadonlyMap<string, { x: number; y: number }>,
): PlacedWay[] {
  const order = [...places.keys()];
  return waysOf(machine)
    .filter(({ to }) => places.has(to))
    .map((way) => {
      const [fromMain, toMain] = [main.includes(way.from), main.includes(way.to)];
      if (fromMain && !toMain && places.get(way.to)?.x !== 0) return { ...way, leaves: 'right', arrives: 'left' };
      const next = order.indexOf(way.to) === order.indexOf(way.from) + 1;
      if (next || fromMain !== toMain) return { ...way, leaves: 'bottom', arrives: 'top' };
      return { ...way, leaves: 'right', arrives: 'right' };
    });
}

function innerPlaces(machine: AslMachine): Map<string, PlacedMachine> {
  return new Map(
    Object.entries(machine.States).flatMap(([name, state]) => {
      const machines = innerMachines(state);
      return machines.length > 0 ? [[name, sideBySide(machines, name)] as const] : [];
    }),
  );
}

function sideBySide(machines: readonly AslMachine[], parent: string): PlacedMachine {
  const all: PlacedMachine = { states: [], ways: [], width: GROUP.side, height: 0 };
  for (const machine of machines) {
    const { states, ways, width, height } = placeStates(machine, parent);
    for (const state of states)
      all.states.push(state.parent === parent ? { ...state, x: state.x + all.width, y: state.y + GROUP.top } : state);
    all.ways.push(...ways);
    all.width += width + GAP / 2;
    all.height = Math.max(all.height, height);
  }
  return { ...all, width: all.width - GAP / 2 + GROUP.side, height: all.height + GROUP.top + GROUP.side };
}
