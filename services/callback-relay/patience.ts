/** How long a throttled call waits before its next try: full jitter over min(4 s, 0.2 s × 2^try). */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 4_000;

/** What names throttling, in the services that the relay calls. */
const THROTTLED = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'ProvisionedThroughputExceededException',
  'LimitExceededException',
]);

/** Patience lasts until a moment; time and chance come from outside. */
export interface Patience {
  /** Epoch milliseconds after which a throttled call is given up. */
  until: number;
  now: () => number;
  random: () => number;
  pause: (milliseconds: number) => Promise<unknown>;
}

/**
 * Makes throttled calls wait and try again instead of failing. The invocation then takes longer, and since at most
 * three of them run at a time, the relay slows down to what Step Functions and DynamoDB take: a message that fails at once
 * would be received again and again, and reach its last receive while nothing is wrong with it.
 *
 * @param services anything whose methods return promises
 */
export function patient<T extends object>(services: T, patience: () => Patience): T {
  return new Proxy(services, {
    get: (target, name, receiver) => {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => patiently(() => Reflect.apply(method, target, args), patience());
    },
  });
}

/** Repeats one call while it is throttled and there is time. Throws what it threw last. */
export async function patiently<T>(call: () => Promise<T>, { until, now, random, pause }: Patience): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const wait = random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
      if (!isThrottled(error) || now() + wait >= until) throw error;
      await pause(wait);
    }
  }
}

function isThrottled(error: unknown): boolean {
  return error instanceof Error && THROTTLED.has(error.name);
}
