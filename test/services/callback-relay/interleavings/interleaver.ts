import { setImmediate } from 'node:timers/promises';

/** What goes wrong with a call that is picked. */
export type Mishap = 'refused' | 'answer lost' | 'crash before' | 'crash after';

const MISHAPS: readonly Mishap[] = ['refused', 'answer lost', 'crash before', 'crash after'];

/** Someone who makes calls: one invocation of a function. After a crash none of its calls is answered any more. */
export interface Actor {
  name: string;
  crashed: boolean;
  onCrash: () => void;
}

interface Call {
  actor: Actor;
  run: (mishap: Mishap | undefined) => void;
}

/** Random numbers from a seed (mulberry32): the same seed, the same interleaving. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Holds every call of every actor until it is picked, one at a time, in an order that only the seed decides. A call has
 * its effect at the moment when it is picked, so between any two calls anything of anyone else may happen.
 */
export class Interleaver {
  readonly random: () => number;
  readonly history: string[] = [];
  /** How often a picked call goes wrong, 0 to 1. */
  mishaps: number;
  #calls: Call[] = [];

  constructor(seed: number, mishaps: number) {
    this.random = randomFrom(seed);
    this.mishaps = mishaps;
  }

  /** One of several, at random. Undefined when there is none. */
  oneOf<T>(choices: readonly T[]): T | undefined {
    return choices[Math.floor(this.random() * choices.length)];
  }

  /** A call that waits to be picked; its effect is synchronous. */
  call<T>(actor: Actor, what: string, effect: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const run = (mishap: Mishap | undefined) => {
      this.history.push(`${actor.name}: ${what}${mishap ? ` (${mishap})` : ''}`);
      const happens = mishap !== 'refused' && mishap !== 'crash before';
      const result = happens ? effect() : undefined;
      if (mishap === 'crash before' || mishap === 'crash after') this.#crash(actor);
      else if (mishap || result === undefined) {
        if (mishap) reject(Object.assign(new Error(`${what}: ${mishap}`), { name: 'ServiceUnavailable' }));
        else resolve(result as T); // the effect ran, so this is what it returned
      } else resolve(result);
    };
    this.#calls.push({ actor, run });
    return promise;
  }

  /** Every call of `target` as a call that waits to be picked. */
  wrap<T extends object>(actor: Actor, target: T): T {
    return new Proxy(target, {
      get: (object, name, receiver) => {
        const method = Reflect.get(object, name, receiver);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => this.call(actor, String(name), () => Reflect.apply(method, object, args));
      },
    });
  }

  get waiting(): number {
    return this.#calls.length;
  }

  /** Runs one of the calls that wait, and lets its actor go on to its next call. */
  async pick(): Promise<void> {
    const index = Math.floor(this.random() * this.#calls.length);
    const [call] = this.#calls.splice(index, 1);
    call?.run(this.random() < this.mishaps ? this.oneOf(MISHAPS) : undefined);
    await this.settled();
  }

  /** Everyone has come to a call or to an end. */
  settled(): Promise<void> {
    return setImmediate();
  }

  #crash(actor: Actor): void {
    actor.crashed = true;
    this.#calls = this.#calls.filter((call) => call.actor !== actor);
    actor.onCrash();
  }
}
