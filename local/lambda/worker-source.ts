import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename } from 'node:path';

let known: URL | undefined;

/**
 * The environments' entry with everything it imports, as JavaScript. Types are stripped once, here: a thread that
 * strips them itself loads the stripper, which costs it 10 MB and 25 ms.
 */
export function workerSource(): URL {
  known ??= new URL(withoutWarnings(() => dataUrl(new URL('./worker.ts', import.meta.url))));
  return known;
}

function dataUrl(file: URL): string {
  const source = stripTypeScriptTypes(readFileSync(file, 'utf8'));
  const linked = source.replace(
    / from '(\.[^']+\.ts)'/g,
    (_, path: string) => ` from '${dataUrl(new URL(path, file))}'`,
  );
  // Stack traces of functions name this instead of the data URL.
  const named = `${linked}\n//# sourceURL=file:///var/runtime/${basename(file.pathname)}\n`;
  return `data:text/javascript;base64,${Buffer.from(named).toString('base64')}`;
}

/** Stripping is a release candidate in Node 24 and says so on every terminal. */
function withoutWarnings<T>(run: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return run();
  } finally {
    process.emitWarning = emitWarning;
  }
}
