import type { Cancel, Clock } from '../clock.ts';
import type { Environment, Finished } from './environment.ts';
import type { WorkerInvocation } from './worker-protocol.ts';

/**
 * Environments a function may have at once. On AWS it is the account's 1,000; here each is a thread of some 10 MB on a
 * machine with a few cores, so further invocations wait for a free one instead.
 */
const MOST_ENVIRONMENTS = 8;

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

/** The environments of one version of a function: created on demand, reused, ended when idle for a while. */
export class EnvironmentPool {
  readonly #options: EnvironmentPoolOptions;
  readonly #most: number;
  readonly #all = new Set<PooledEnvironment>();
  readonly #idle: { pooled: PooledEnvironment; cancel: Cancel }[] = [];
  readonly #waiting: (() => void)[] = [];
  #retired = false;

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
    await this.retire();
    await Promise.all([...this.#all].map((pooled) => this.#end(pooled)));
  }

  async #acquire(): Promise<PooledEnvironment> {
    for (;;) {
      const idle = this.#idle.pop();
      idle?.cancel();
      if (idle?.pooled.environment.alive) return idle.pooled;
      if (idle) this.#all.delete(idle.pooled);
      else if (this.#all.size < this.#most) return this.#create();
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #create(): PooledEnvironment {
    const pooled = this.#options.create();
    this.#all.add(pooled);
    return pooled;
  }

  #release(pooled: PooledEnvironment): void {
    const reusable = pooled.environment.alive && !this.#retired;
    if (reusable) this.#rest(pooled);
    else void this.#end(pooled);
    this.#waiting.shift()?.();
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
