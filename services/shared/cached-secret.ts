import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod/mini';
import { parseInput } from './parse.ts';

/** How long a value is used before it is read again. */
const FRESH_MS = 60_000;
/**
 * Early reads: 5 at once, then one every 6 s. A rotation is seen by the first request that needs it, and a flood of wrong
 * credentials costs at most 1 + 10 reads a minute and function instance.
 */
const EARLY_READS = 5;
const EARLY_READ_EVERY_MS = 6_000;

/** A secret that is read when needed and kept for a short time. */
export interface CachedSecret<T> {
  /** The value, at most a minute old; when it cannot be read again, the last one known. Throws while none is known. */
  current(): Promise<T>;
  /**
   * Reads now, for a credential that the cached value does not verify. Undefined when it may not be read again so soon.
   * Throws when it cannot be read: whether the credential is a new one is then unknown, which is no refusal.
   */
  refreshed(): Promise<T | undefined>;
}

/** @param read fetches and parses the secret; see `secretReader` */
export function cachedSecret<T>(read: () => Promise<T>, now: () => number = Date.now): CachedSecret<T> {
  let known: { value: T; at: number } | undefined;
  let reading: Promise<T> | undefined;
  const mayReadEarly = tokenBucket(EARLY_READS, EARLY_READ_EVERY_MS, now);
  const load = () => {
    reading ??= read()
      .then((value) => {
        known = { value, at: now() };
        return value;
      })
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
  return {
    async current() {
      if (known && now() - known.at < FRESH_MS) return known.value;
      const stale = known;
      return load().catch((error: unknown) => {
        if (stale) return stale.value;
        throw error;
      });
    },
    async refreshed() {
      return mayReadEarly() ? load() : undefined;
    },
  };
}

/** Reads a JSON secret. Neither its errors nor its problems show the value. */
export function secretReader<Schema extends z.ZodMiniType>(
  client: SecretsManagerClient,
  secretId: string,
  schema: Schema,
): () => Promise<z.output<Schema>> {
  return async () => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    return parseInput(schema, parseHidden(SecretString, secretId), `secret ${secretId}`, { showValues: false });
  };
}

function parseHidden(text: string | undefined, secretId: string): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    throw new Error(`secret ${secretId} is not JSON`); // without the cause: it quotes the text
  }
}

function tokenBucket(size: number, refillEveryMs: number, now: () => number): () => boolean {
  let tokens = size;
  let at = now();
  return () => {
    const refills = Math.floor((now() - at) / refillEveryMs);
    at += refills * refillEveryMs;
    tokens = Math.min(size, tokens + refills);
    if (tokens === 0) return false;
    tokens -= 1;
    return true;
  };
}
