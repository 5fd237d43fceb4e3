import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 50;
const PATIENCE_MS = 120_000;

/**
 * Runs `work` while no other process on this machine runs its own under the same lock. The lock of a process that died is taken over.
 * @param file holds the process id of the owner; its directory is made
 * @throws when another process holds the lock for two minutes
 */
export async function exclusively<T>(file: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const deadline = Date.now() + PATIENCE_MS;
  while (!acquire(file)) {
    if (Date.now() > deadline)
      throw new Error(`${file}: held by process ${owner(file)} for two minutes; end that process or delete the file`);
    await wait(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function acquire(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    const pid = owner(file);
    if (pid !== undefined && !isAlive(pid)) removeDead(file);
    return false;
  }
}

/**
 * Removes the lock of a process that died. Others may be about to do the same, and the fastest of them may have the lock by
 * now: so it is looked at once more where nobody else finds it, and put back when its owner lives.
 */
export function removeDead(file: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    const pid = owner(aside);
    if (pid === undefined || isAlive(pid)) linkSync(aside, file);
  } catch (error) {
    if (!hasCode(error, 'ENOENT') && !hasCode(error, 'EEXIST')) throw error; // somebody was faster
  }
  rmSync(aside, { force: true });
}

/** Undefined while the owner has made the file and not yet written to it, or has just gone. */
function owner(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
