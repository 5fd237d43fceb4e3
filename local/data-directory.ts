import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from './database.ts';

/** Counts changes of the files' layout that an older or newer Storygate cannot read. */
const FORMAT = 1;

/** SQLite's result codes. Source: sqlite.org/rescode.html */
const BUSY = 5;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/** The directory with the runtime's state cannot be used. The message says why and what to do. */
export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError';
}

/** Where the runtime's state is. */
export interface State {
  database: Database;
  /** The directory; undefined for a run that leaves nothing behind. */
  dataDir: string | undefined;
  close(): void;
}

/** State on disk, held by this process alone, or in memory without `dataDir`. Throws `DataDirectoryError`. */
export function openState(dataDir: string | undefined): State {
  if (dataDir !== undefined) return openDataDirectory(dataDir);
  const database = new Database(':memory:');
  return { database, dataDir, close: () => database.close() };
}

/**
 * Opens or makes the directory and keeps every other runtime out of it, by SQLite's lock on the database: it ends with
 * the process, however that ends, so nothing stale is left to clear away.
 * @throws DataDirectoryError when another runtime has it, it is damaged, or it comes from another version
 */
function openDataDirectory(path: string): State {
  const pidFile = join(path, 'runtime.pid');
  const database = openDatabase(path, pidFile);
  writeFileSync(pidFile, `${process.pid}\n`);
  return {
    database,
    dataDir: path,
    close: () => {
      rmSync(pidFile, { force: true });
      database.close();
    },
  };
}

function damaged(file: string, reason: string, cause: unknown): DataDirectoryError {
  return new DataDirectoryError(
    `The state in ${file} is damaged (${reason}): put a copy back, or move the directory away to start afresh, or use another one with --data-dir.`,
    { cause },
  );
}

function openDatabase(path: string, pidFile: string): Database {
  const file = join(path, 'runtime.db');
  try {
    mkdirSync(path, { recursive: true });
    const database = new Database(file);
    checkFormat(database, path);
    return database;
  } catch (error) {
    throw explained(error, { path, file, pidFile });
  }
}

function checkFormat(database: Database, path: string): void {
  const { user_version: found = 0 } = database.get<{ user_version: number }>('PRAGMA user_version') ?? {};
  if (found === 0) database.define(`PRAGMA user_version = ${FORMAT}`);
  if (found === 0 || found === FORMAT) return;
  database.close();
  throw new DataDirectoryError(
    `The state in ${path} has format ${found}, and this Storygate reads format ${FORMAT}: move the directory away to start afresh, or use another one with --data-dir.`,
  );
}

function explained(error: unknown, { path, file, pidFile }: { path: string; file: string; pidFile: string }): unknown {
  const { errcode, syscall, message }: { errcode?: number; syscall?: string; message?: string } = Object(error);
  if (errcode === BUSY)
    return new DataDirectoryError(
      `The directory ${path} is in use by another local runtime (process ${holder(pidFile)}): stop that one, or use another directory with --data-dir.`,
      { cause: error },
    );
  if (errcode === CORRUPT || errcode === NOT_A_DATABASE) return damaged(file, `${message}`, error);
  if (errcode === undefined && syscall === undefined) return error;
  return new DataDirectoryError(
    `The directory ${path} cannot be used (${message}): repair that, or use another one with --data-dir.`,
    { cause: error },
  );
}

function holder(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8').trim();
  } catch {
    return 'unknown'; // it has just begun, or is about to end
  }
}
