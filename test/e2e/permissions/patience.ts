import { setTimeout as pause } from 'node:timers/promises';

/** What passes between two looks: of the runtime's time, and of the machine's, which functions need to work. */
const STEP_MS = 100;
const LOOK_MS = 10;
const MOST_LOOKS = 1_000;
/** After a refusal: 12 looks × 1.5 s are more than the retries of a state take. */
const LOOKS_AFTER_REFUSAL = 12;
const STEP_AFTER_REFUSAL_MS = 1_500;

/** Waits while the runtime's time moves on, and not much longer once a call was refused: then no waiting helps. */
export class Patience {
  readonly #advance: (milliseconds: number) => Promise<void>;
  #isRefused = () => false;

  constructor(advance: (milliseconds: number) => Promise<void>) {
    this.#advance = advance;
  }

  /** Runs something to its end, with little patience once `isRefused`. */
  async spend(act: () => Promise<void>, isRefused: () => boolean): Promise<'succeeded' | Error> {
    this.#isRefused = isRefused;
    try {
      await act();
      return 'succeeded';
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      this.#isRefused = () => false;
    }
  }

  /** Looks until `probe` finds something. @param options `still`: the runtime's time is not moved meanwhile */
  async until<T>(what: string, probe: () => Promise<T | undefined>, options: { still?: boolean } = {}): Promise<T> {
    let left = MOST_LOOKS;
    while (left-- > 0) {
      const found = await probe();
      if (found !== undefined) return found;
      const refused = this.#isRefused();
      if (refused) left = Math.min(left, LOOKS_AFTER_REFUSAL);
      if (!options.still) await this.#advance(refused ? STEP_AFTER_REFUSAL_MS : STEP_MS);
      await pause(LOOK_MS);
    }
    throw new Error(`not seen: ${what}`);
  }
}
