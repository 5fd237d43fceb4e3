import { format } from 'node:util';

const LEVELS = { log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', trace: 'TRACE' } as const;

const ORDER = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/**
 * Sends what the function prints to `emit`: `console` in the form of Lambda's Node runtime, and lines that are written
 * to stdout or stderr as they are (loggers and metrics write there). Nothing reaches the terminal of the runtime.
 */
export function captureOutput(
  { logFormat, logLevel }: { logFormat: 'Text' | 'JSON'; logLevel: string },
  requestId: () => string | undefined,
  emit: (events: string[]) => void,
): void {
  for (const method of ['log', 'info', 'debug', 'warn', 'error', 'trace'] as const)
    console[method] = (...values: unknown[]) => {
      if (logFormat === 'JSON' && ORDER.indexOf(LEVELS[method]) < ORDER.indexOf(logLevel)) return;
      const entry = { level: LEVELS[method], message: format(...values), requestId: requestId() };
      emit([logFormat === 'JSON' ? jsonEntry(entry) : textEntry(entry)]);
    };
  captureStream(process.stdout, emit);
  captureStream(process.stderr, emit);
}

interface Entry {
  level: string;
  message: string;
  requestId: string | undefined;
}

function textEntry({ level, message, requestId }: Entry): string {
  return `${new Date().toISOString()}\t${requestId ?? 'undefined'}\t${level}\t${message}`;
}

function jsonEntry({ level, message, requestId }: Entry): string {
  return JSON.stringify({ timestamp: new Date().toISOString(), level, requestId, message });
}

/** A line that is not ended yet waits for its end. */
function captureStream(stream: NodeJS.WriteStream, emit: (events: string[]) => void): void {
  let rest = '';
  const capture = (chunk: string | Uint8Array, ...others: unknown[]): boolean => {
    const lines = (rest + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())).split('\n');
    rest = lines.pop() ?? '';
    const events = lines.filter((line) => line !== '');
    if (events.length > 0) emit(events);
    const done = others.at(-1);
    if (typeof done === 'function') queueMicrotask(() => done());
    return true;
  };
  stream.write = capture;
}
