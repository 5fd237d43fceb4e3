import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DataDirectoryError, damaged, sqliteCode } from './data-directory-error.ts';
import { Database } from './database.ts';

/** Counts changes of the files' layout that an older or newer Storygate cannot read. */
const FORMAT = 1;

/** `Sgat`: tells Storygate's databases from others that count versions, too. */
const APPLICATION = 0x53_67_61_74;

/** SQLite's result code for a database that another process has. Source: sqlite.org/rescode.html */
const BUSY = 5;

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
 * @throws DataDirectoryError when another runtime has it, it is damaged, or it comes from another version or program
 */
function openDataDirectory(path: string): State {
  const file = join(path, 'runtime.db');
  const pidFile = join(path, 'runtime.pid');
  let database: Database | undefined;
  try {
    makeDirectory(path);
    makeDirectory(join(path, 'objects'));
    const opened = new Database(file, (found) => checkContents(found, file));
    database = opened;
    if (numberOf(opened, 'application_id') !== APPLICATION || numberOf(opened, 'user_version') !== FORMAT)
      opened.define(`PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${FORMAT}`);
    writeFileSync(pidFile, `${process.pid}\n`);
    const close = () => {
      rmSync(pidFile, { force: true });
      opened.close();
    };
    return { database: opened, dataDir: path, close };
  } catch (error) {
    database?.close();
    throw explained(error, path, pidFile);
  }
}

/** Not `recursive` of Node, which never returns where nothing can be made, as below `/proc`. */
function makeDirectory(path: string): void {
  const parent = dirname(resolve(path));
  if (!existsSync(parent)) makeDirectory(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/** Runs before anything is written, so that what is refused stays as it was. */
function checkContents(database: Database, file: string): void {
  const wayOut = 'move the directory away to start afresh, or use another one with --data-dir';
  const foreign = foreignTable(database);
  if (foreign !== undefined)
    throw new DataDirectoryError(`The database ${file} is another program's (it has ${foreign}): ${wayOut}.`);
  const found = numberOf(database, 'user_version');
  if (found !== 0 && found !== FORMAT)
    throw new DataDirectoryError(
      `The state in ${dirname(file)} has format ${found}, and this Storygate reads format ${FORMAT}: ${wayOut}.`,
    );
  checkRoots(database, file);
}

/** A table of a database that is not Storygate's. The first versions had no mark; they are known by their executions. */
function foreignTable(database: Database): string | undefined {
  if (numberOf(database, 'application_id') === APPLICATION) return undefined;
  const names = database.all<{ name: string }>('SELECT name FROM sqlite_schema').map(({ name }) => name);
  return names.includes('sfn_executions') ? undefined : names[0];
}

/** 0 for a file that is new. */
function numberOf(database: Database, pragma: 'application_id' | 'user_version'): number {
  return database.get<Record<typeof pragma, number>>(`PRAGMA ${pragma}`)?.[pragma] ?? 0;
}

/** Looks at the first page of each table and index: reading all of them would take too long with every start. */
function checkRoots(database: Database, file: string): void {
  const bad = database.get<{ name: string }>(`
    SELECT name FROM sqlite_schema AS part WHERE rootpage > 0
      AND coalesce((SELECT pagetype FROM dbstat WHERE dbstat.name = part.name LIMIT 1), '') NOT IN ('leaf', 'internal')`);
  if (bad) throw damaged(file, `the first page of ${bad.name} cannot be read`);
}

function explained(error: unknown, path: string, pidFile: string): unknown {
  const { syscall, message }: { syscall?: string; message?: string } = Object(error);
  if (error instanceof DataDirectoryError) return error;
  if (sqliteCode(error) === BUSY)
    return new DataDirectoryError(
      `The directory ${path} is in use by another local runtime (process ${holder(pidFile)}): stop that one, or use another directory with --data-dir.`,
      { cause: error },
    );
  if (sqliteCode(error) === undefined && syscall === undefined) return error;
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
