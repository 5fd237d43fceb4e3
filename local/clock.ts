/** Cancels what was scheduled. Calling it late or twice is harmless. */
export type Cancel = () => void;

/** The one source of time in the local runtime. Epoch milliseconds throughout. */
export interface Clock {
  now(): number;
  /** Runs `task` once when the clock reaches `at`; at once (but never synchronously) when that has passed. */
  schedule(at: number, task: () => void): Cancel;
}

/** Longest delay that `setTimeout` takes: 2^31 - 1 ms, about 24.8 days. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/**
 * Where a clock ends that can be moved: `Date` shows nothing beyond 8.64e15 ms (ECMA-262, "Time Values and Time Range"),
 * and what is planned from there (timeouts of up to a year, retention of ten) must still have a date.
 */
const LATEST = 8.64e15 - 11 * 366 * 86_400_000;

/** The machine's own time. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  schedule(at: number, task: () => void): Cancel {
    let timer: NodeJS.Timeout;
    const arm = () => {
      const delay = Math.max(0, at - Date.now());
      timer =
        delay > LONGEST_TIMEOUT_MS
          ? setTimeout(arm, LONGEST_TIMEOUT_MS) // a wait of up to a year is armed again every 24.8 days
          : setTimeout(task, delay);
    };
    arm();
    return () => clearTimeout(timer);
  }
}

/**
 * Time that runs with the machine's and can be moved ahead: a 24-hour timeout then takes a millisecond.
 * The offset lives in shared memory, so that worker threads see the same time (see `shiftDate`).
 */
export class MovableClock implements Clock {
  /** One 64-bit integer: milliseconds ahead of the machine's time. Hand it to `shiftDate` in another thread. */
  readonly offset = new BigInt64Array(new SharedArrayBuffer(8));
  readonly #real: () => number;
  readonly #pending = new Map<symbol, { at: number; rearm: () => void; cancel: Cancel }>();

  constructor(real: () => number = Date.now) {
    this.#real = real;
  }

  now(): number {
    return this.#real() + Number(Atomics.load(this.offset, 0));
  }

  schedule(at: number, task: () => void): Cancel {
    const id = Symbol('timer');
    let timer: NodeJS.Timeout;
    const rearm = () => {
      clearTimeout(timer);
      const delay = Math.min(LONGEST_TIMEOUT_MS, Math.max(0, at - this.now()));
      timer = setTimeout(() => {
        if (this.now() < at) return rearm();
        this.#pending.delete(id);
        task();
      }, delay);
    };
    const cancel = () => {
      clearTimeout(timer);
      this.#pending.delete(id);
    };
    this.#pending.set(id, { at, rearm, cancel });
    rearm();
    return cancel;
  }

  /**
   * Moves time ahead by `milliseconds`; what has become due runs in order of its time, on the next turns of the event loop.
   * @throws RangeError for anything else than whole milliseconds, and beyond the last date; nothing has moved then
   */
  advance(milliseconds: number): void {
    if (!Number.isSafeInteger(milliseconds) || milliseconds < 0)
      throw new RangeError(`a clock moves ahead by whole milliseconds, not by ${milliseconds}`);
    const left = LATEST - this.now();
    if (milliseconds > left)
      throw new RangeError(`the clock ends at ${new Date(LATEST).toISOString()}: it can move ahead by ${left} ms more`);
    Atomics.add(this.offset, 0, BigInt(milliseconds));
    for (const { rearm } of [...this.#pending.values()].sort((a, b) => a.at - b.at)) rearm();
  }
}

/**
 * Makes `Date` of the current thread follow a `MovableClock`, for code that asks the system for the time:
 * the emulators in the gateway and the deployed functions in their workers.
 */
export function shiftDate(offset: BigInt64Array): void {
  const RealDate = globalThis.Date;
  const now = () => RealDate.now() + Number(Atomics.load(offset, 0));
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
  });
}
