import type { Throttling } from './http-api.ts';

/** Token buckets of stages and routes: a burst at once, then a steady rate. */
export class Throttle {
  readonly #now: () => number;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(options: { now: () => number }) {
    this.#now = options.now;
  }

  /** Takes a token from the bucket `key`. False when there is none: the request is one too many. */
  take(key: string, { burstLimit, rateLimit }: Throttling): boolean {
    if (burstLimit === undefined && rateLimit === undefined) return true;
    const burst = burstLimit ?? rateLimit ?? 0;
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    const refilled = bucket.tokens + ((now - bucket.at) / 1000) * (rateLimit ?? burst);
    const tokens = Math.min(burst, refilled);
    const taken = tokens >= 1;
    this.#buckets.set(key, { tokens: taken ? tokens - 1 : tokens, at: now });
    return taken;
  }
}
