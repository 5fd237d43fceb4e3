/** The directory with the runtime's state cannot be used. The message says why and what to do. */
export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError';
}

/** SQLite's result codes for a damaged file and for one that is no database. Source: sqlite.org/rescode.html */
const DAMAGED = new Set([11, 26]);

/** SQLite's result code of an error, without the details that extended codes add; undefined for errors of others. */
export function sqliteCode(error: unknown): number | undefined {
  const { errcode }: { errcode?: number } = Object(error);
  return errcode === undefined ? undefined : errcode & 0xff;
}

/** The error for the person who starts the runtime, when `error` is SQLite's for a damaged file. */
export function damageOf(file: string, error: unknown): DataDirectoryError | undefined {
  if (!DAMAGED.has(sqliteCode(error) ?? 0)) return undefined;
  const { message }: { message?: string } = Object(error);
  return damaged(file, String(message), error);
}

export function damaged(file: string, reason: string, cause?: unknown): DataDirectoryError {
  return new DataDirectoryError(
    `The state in ${file} is damaged (${reason}): put a copy back, or move the directory away to start afresh, or use another one with --data-dir.`,
    { cause },
  );
}
