import type { Cancel, Clock } from '../clock.ts';
import type { ExecutionStore } from './store/executions.ts';

/** Executions told in one go. */
const BATCH = 1_000;

/** One timer for all executions: set to the earliest moment at which one of them has something due. */
export class DueTimer {
  readonly #clock: Clock;
  readonly #executions: ExecutionStore;
  readonly #onDue: (id: number) => void;
  #armed: { at: number; cancel: Cancel } | undefined;
  #closed = false;

  constructor(clock: Clock, executions: ExecutionStore, onDue: (id: number) => void) {
    this.#clock = clock;
    this.#executions = executions;
    this.#onDue = onDue;
  }

  /** Makes sure that the timer fires at `at` at the latest; without it, at the earliest moment that is stored. */
  arm(at = this.#executions.nextDue(0)): void {
    if (this.#closed || at === undefined || (this.#armed && this.#armed.at <= at)) return;
    this.#armed?.cancel();
    this.#armed = { at, cancel: this.#clock.schedule(at, () => this.#fire()) };
  }

  close(): void {
    this.#closed = true;
    this.#armed?.cancel();
  }

  #fire(): void {
    this.#armed = undefined;
    if (this.#closed) return;
    const now = this.#clock.now();
    const due = this.#executions.due(now, BATCH);
    for (const id of due) this.#onDue(id);
    // What has just been told stays due until it is stored; a full batch means that there is more.
    this.arm(due.length === BATCH ? now : this.#executions.nextDue(now));
  }
}
