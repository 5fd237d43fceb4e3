import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares digests of equal length, so that neither content nor length of a secret shows in the time it takes. */
export function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
