import type { Cancel, Clock } from '../clock.ts';
import { ConnectionLost } from '../gateway/connection-lost.ts';
import { type FaultyCall, like, matchesCall } from './call.ts';
import { roll } from './dice.ts';
import type { CallFault, Fault, FaultPlan } from './fault.ts';
import { serviceError, throttleError } from './service-errors.ts';

/** How long a call that times out keeps its caller waiting. */
const TIMEOUT_MS = 60_000;

/** A fault with what it has done so far. */
interface Armed {
  fault: Fault;
  /** Times that it could have struck. */
  turns: number;
  strikes: number;
}

/** What is wrong in this run: asked by the gateway and by whatever delivers. Without faults it costs nothing. */
export class Faults {
  readonly #clock: Clock;
  readonly #waiting = new Set<Cancel>();
  #seed = 1;
  #armed: readonly Armed[] = [];

  constructor(clock: Clock, plan: FaultPlan = { faults: [] }) {
    this.#clock = clock;
    this.replace(plan);
  }

  /** Takes this plan in the place of the former one; all counts begin anew. */
  replace({ seed = 1, faults }: FaultPlan): void {
    this.#seed = seed;
    this.#armed = faults.map((fault) => ({ fault, turns: 0, strikes: 0 }));
  }

  /** Nothing is planned. */
  get none(): boolean {
    return this.#armed.length === 0;
  }

  /** The plan with the times that each fault could strike and did. */
  report(): { seed: number; faults: (Fault & { turns: number; strikes: number })[] } {
    return { seed: this.#seed, faults: this.#armed.map(({ fault, turns, strikes }) => ({ ...fault, turns, strikes })) };
  }

  /** Runs a call with what is planned for it. Throws the service's own errors, and `ConnectionLost`. */
  call<Answer>(call: FaultyCall, next: () => Promise<Answer>): Promise<Answer> {
    if (this.none) return next();
    return this.#armed.reduceRight<() => Promise<Answer>>(
      (inner, armed) => () => this.#strike(armed, call, inner),
      next,
    )();
  }

  /** Whether what was just delivered comes once more. @param resource ARN of the queue or the target */
  duplicates(service: 'sqs' | 'events', resource: string): boolean {
    return this.#hits('duplicate', (fault) => fault.service === service && like(fault.resource, resource)).length > 0;
  }

  /** Milliseconds by which a delivery is late. @param resource ARN of the queue or the target */
  delay(service: 'sqs' | 'events', resource: string): number {
    return this.#hits('delay', (fault) => fault.service === service && like(fault.resource, resource)).reduce(
      (sum, { delayMs }) => sum + delayMs,
      0,
    );
  }

  /** Whether the environment of a function ends during this invocation, and when. */
  crash(functionName: string): 'before' | 'after' | undefined {
    const [fault] = this.#hits('crash', (candidate) => like(candidate.function, functionName));
    return fault && (fault.when ?? 'before');
  }

  /** Forgets whoever waits for an answer that a fault holds back. */
  close(): void {
    for (const cancel of this.#waiting) cancel();
  }

  async #strike<Answer>(armed: Armed, call: FaultyCall, next: () => Promise<Answer>): Promise<Answer> {
    const { fault } = armed;
    if (!isCallFault(fault) || !matchesCall(fault, call) || !this.#hit(armed)) return next();
    switch (fault.kind) {
      case 'throttle':
        throw throttleError(call.service);
      case 'error':
        throw serviceError(call.service, fault);
      case 'latency':
        await this.#wait(fault.delayMs);
        return next();
      case 'timeout':
        await this.#wait(fault.afterMs ?? TIMEOUT_MS);
        throw new ConnectionLost(`${call.service}:${call.action}`);
      case 'lost-response':
        await next();
        throw new ConnectionLost(`${call.service}:${call.action}`);
    }
  }

  #hits<Kind extends Fault['kind']>(
    kind: Kind,
    matches: (fault: Extract<Fault, { kind: Kind }>) => boolean,
  ): Extract<Fault, { kind: Kind }>[] {
    return this.#armed.flatMap((armed) => {
      const { fault } = armed;
      return isOf(kind, fault) && matches(fault) && this.#hit(armed) ? [fault] : [];
    });
  }

  /** Counts one more time that a fault could strike, and decides whether it does. */
  #hit(armed: Armed): boolean {
    const { probability = 1, count = Number.POSITIVE_INFINITY, after = 0 } = armed.fault;
    const turn = armed.turns++;
    if (turn < after || armed.strikes >= count) return false;
    if (roll(this.#seed, this.#armed.indexOf(armed), turn) >= probability) return false;
    armed.strikes++;
    return true;
  }

  #wait(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.schedule(this.#clock.now() + milliseconds, resolve);
    this.#waiting.add(cancel);
    return promise.finally(() => this.#waiting.delete(cancel));
  }
}

function isOf<Kind extends Fault['kind']>(kind: Kind, fault: Fault): fault is Extract<Fault, { kind: Kind }> {
  return fault.kind === kind;
}

function isCallFault(fault: Fault): fault is CallFault {
  return fault.kind !== 'duplicate' && fault.kind !== 'delay' && fault.kind !== 'crash';
}
