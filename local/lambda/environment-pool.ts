import type { Cancel, Clock } from '../clock.ts';
import type { Environment, Finished } from './environment.ts';
import type { WorkerInvocation } from './worker-protocol.ts';

/**
 * Environments a function may have at once. On AWS it is the account's 1,000; here each is a thread of some 10 MB on a
 * machine with a few cores, so further invocations wait for a free one instead.
 */
const MOST_ENVIRONMENTS = 8;

/**
 * How long an invocation waits for a busy environment before a second one is started; twice that for a third, and so on.
 * Starting one costs some 70 ms of a core, most invocations take a tenth of that, and code runs faster where it has run
 * before: on a busy machine more environments make everything slower.
 */
const PATIENCE_MS = 500;
/** How often it is looked again whether an environment that is being started is there. */
const RETRY_MS = 10;

/** AWS keeps idle environments for some minutes without saying how many. */
const IDLE_MS = 120_000;

export interface EnvironmentPoolOptions {
  clock: Clock;
  create: () => PooledEnvironment;
  /** Upper bound besides the local one: the reserved concurrency. */
  most?: number;
}

/** An environment and what is bound to it (its log stream). */
export interface PooledEnvironment {
  environment: Environment;
  /** Runs one invocation and reports on it. */
  invoke(invocation: WorkerInvocation): Promise<Finished>;
}

/** An invocation without an environment. */
interface Waiter {
  since: number;
  hand: (pooled: PooledEnvironment) => void;
}

/** The environments of one version of a function: created on demand, reused, ended when idle for a while. */
export class EnvironmentPool {
  readonly #options: EnvironmentPoolOptions;
  readonly #most: number;
  readonly #all = new Set<PooledEnvironment>();
  readonly #idle: { pooled: PooledEnvironment; cancel: Cancel }[] = [];
  /** The oldest first. */
  readonly #waiting: Waiter[] = [];
  #watching: NodeJS.Timeout | undefined;
  /** When the last environment had loaded its code: until then nobody could have been served sooner. */
  #lastStart = 0;
  #retired = false;
  #closed = false;

  constructor(options: EnvironmentPoolOptions) {
    this.#options = options;
    this.#most = Math.max(1, Math.min(MOST_ENVIRONMENTS, options.most ?? MOST_ENVIRONMENTS));
  }

  /** Number of threads at the moment. */
  get size(): number {
    return this.#all.size;
  }

  /** Runs an invocation in a free environment, a new one, or the first that becomes free. */
  async run(invocation: WorkerInvocation): Promise<Finished> {
    const pooled = await this.#acquire();
    const finished = await pooled.invoke(invocation);
    this.#release(pooled);
    return finished;
  }

  /** Takes the pool out of use: idle environments end now, busy ones after what they do. */
  async retire(): Promise<void> {
    this.#retired = true;
    const idle = this.#idle.splice(0);
    for (const { cancel } of idle) cancel();
    await Promise.all(idle.map(({ pooled }) => this.#end(pooled)));
  }

  /** Ends all environments at once, busy ones too: their invocations get an error. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#watching);
    await this.retire();
    await Promise.all([...this.#all].map((pooled) => this.#end(pooled)));
  }

  async #acquire(): Promise<PooledEnvironment> {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      idle.cancel();
      if (idle.pooled.environment.alive) return idle.pooled;
      this.#all.delete(idle.pooled);
    }
    if (this.#all.size === 0) return this.#create();
    const { promise, resolve } = Promise.withResolvers<PooledEnvironment>();
    this.#waiting.push({ since: performance.now(), hand: resolve });
    this.#watch();
    return promise;
  }

  /** Looks after the oldest waiter when its patience ends. */
  #watch(): void {
    const [oldest] = this.#waiting;
    if (!oldest || this.#watching) return;
    this.#watching = setTimeout(
      () => {
        this.#watching = undefined;
        this.#grow();
        this.#watch();
      },
      Math.max(RETRY_MS, this.#patience - this.#waited(oldest)),
    );
  }

  /** Starts one more environment if the oldest waiter has waited for long, and none is being started. */
  #grow(): void {
    const [oldest] = this.#waiting;
    if (!oldest || this.#waited(oldest) < this.#patience || this.#all.size >= this.#most) return;
    if ([...this.#all].some(({ environment }) => !environment.started)) return;
    this.#waiting.shift();
    oldest.hand(this.#create());
  }

  /** Milliseconds that an invocation waits before one more environment is started for it. */
  get #patience(): number {
    return PATIENCE_MS * 2 ** (this.#all.size - 1);
  }

  #waited({ since }: Waiter): number {
    return performance.now() - Math.max(since, this.#lastStart);
  }

  #create(): PooledEnvironment {
    const pooled = this.#options.create();
    this.#all.add(pooled);
    void pooled.environment.loaded.then(() => {
      this.#lastStart = performance.now();
    });
    return pooled;
  }

  #release(pooled: PooledEnvironment): void {
    const reusable = pooled.environment.alive && !this.#retired;
    if (!reusable) void this.#end(pooled);
    const next = this.#closed ? undefined : this.#waiting.shift();
    if (next) next.hand(reusable ? pooled : this.#create());
    else if (reusable) this.#rest(pooled);
  }

  #rest(pooled: PooledEnvironment): void {
    const { clock } = this.#options;
    const cancel = clock.schedule(clock.now() + IDLE_MS, () => {
      const index = this.#idle.findIndex((entry) => entry.pooled === pooled);
      if (index >= 0) this.#idle.splice(index, 1);
      void this.#end(pooled);
    });
    this.#idle.push({ pooled, cancel });
  }

  async #end(pooled: PooledEnvironment): Promise<void> {
    this.#all.delete(pooled);
    await pooled.environment.end();
  }
}
