import { isObject, parseJson } from '../json.ts';
import type { Machine, State, StateList } from './asl.ts';

/** A validated definition, ready to run: finds the states of the machine, of a branch or of an item processor by path. */
export class Program {
  readonly machine: Machine;
  readonly #lists = new Map<string, StateList>();

  /** @param definition text that `validate` accepted when the machine was created */
  constructor(definition: string) {
    const machine = parseJson(definition);
    if (!isMachine(machine)) throw new TypeError('the stored definition of a state machine has no States');
    this.machine = machine;
    this.#add('', machine);
  }

  /** The states at `path`: `''` for the machine, `/States/P/Branches/0`, `/States/M/ItemProcessor`. */
  list(path: string): StateList {
    const list = this.#lists.get(path);
    if (!list) throw new RangeError(`the definition has no states at '${path}'`);
    return list;
  }

  state(path: string, name: string): State {
    const state = this.list(path).States[name];
    if (!state) throw new RangeError(`the definition has no state '${name}' at '${path}/States'`);
    return state;
  }

  #add(path: string, list: StateList): void {
    this.#lists.set(path, list);
    for (const [name, state] of Object.entries(list.States)) {
      if (state.Type === 'Parallel')
        state.Branches.forEach((branch, index) => {
          this.#add(branchPath(path, name, index), branch);
        });
      const processor = state.Type === 'Map' ? (state.ItemProcessor ?? state.Iterator) : undefined;
      if (processor) this.#add(processorPath(path, name), processor);
    }
  }
}

export function branchPath(path: string, state: string, index: number): string {
  return `${path}/States/${state}/Branches/${index}`;
}

export function processorPath(path: string, state: string): string {
  return `${path}/States/${state}/ItemProcessor`;
}

/** Only what tells a machine from other JSON: `validate` has checked the rest before it was stored. */
function isMachine(value: unknown): value is Machine {
  return isObject(value) && isObject(value['States']) && typeof value['StartAt'] === 'string';
}
