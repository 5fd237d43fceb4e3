import { randomUUID } from 'node:crypto';

/** Where an answer to a task token goes. */
export interface TokenAddress {
  rowId: number;
  frameId: number;
}

/** A new token: opaque to everyone else, but it tells this runtime which execution and frame it belongs to. */
export function newToken({ rowId, frameId }: TokenAddress): string {
  return Buffer.from(`task:${rowId}:${frameId}:${randomUUID()}${randomUUID()}`).toString('base64url');
}

/** The address in a token; undefined for text that is no token of this runtime. */
export function tokenAddress(token: string): TokenAddress | undefined {
  const match = /^task:(\d+):(\d+):[0-9a-f-]{72}$/.exec(Buffer.from(token, 'base64url').toString('latin1'));
  return match ? { rowId: Number(match[1]), frameId: Number(match[2]) } : undefined;
}
