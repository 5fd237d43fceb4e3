import { randomUUID } from 'node:crypto';

/** `Root=1-<time>-<random>`, how X-Ray's header begins. @param now epoch milliseconds */
export function traceRoot(now: number): string {
  return `Root=1-${Math.floor(now / 1000).toString(16)}-${randomHex(24)}`;
}

/** @param digits at most 30 */
export function randomHex(digits: number): string {
  return randomUUID().replaceAll('-', '').slice(-digits);
}
