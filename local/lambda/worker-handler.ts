import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { WorkerStart } from './worker-protocol.ts';

export type Handler = (event: unknown, context: object) => unknown;

/** Files that the Node runtime looks for, in its order. */
const EXTENSIONS = ['.js', '.mjs', '.cjs'];

/** Loads the bundle. Throws errors named as Lambda names them (`Runtime.ImportModuleError`, …). */
export async function loadHandler({ codeDirectory, handler }: WorkerStart): Promise<Handler> {
  const dot = handler.lastIndexOf('.');
  const [file, name] = [handler.slice(0, dot), handler.slice(dot + 1)];
  if (dot < 1 || !name) throw named('Runtime.MalformedHandlerName', 'Bad handler');
  const exports: Record<string, unknown> = await importModule(codeDirectory, file);
  const found = exports[name];
  if (found === undefined) throw named('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  if (!isHandler(found)) throw named('Runtime.HandlerNotFound', `${handler} is not a function`);
  if (found.length > 2)
    throw named(
      'Runtime.CallbackHandlerDeprecated',
      `${handler} takes a callback, which Node.js 24 on Lambda no longer supports: make it async`,
    );
  return found;
}

async function importModule(directory: string, file: string): Promise<Record<string, unknown>> {
  const path = EXTENSIONS.map((extension) => join(directory, file + extension)).find(existsSync);
  if (!path) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${file}' in ${directory}`);
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw named('Runtime.UserCodeSyntaxError', String(error), error);
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')
      throw named('Runtime.ImportModuleError', String(error), error);
    throw error;
  }
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}

function named(name: string, message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { name });
}
