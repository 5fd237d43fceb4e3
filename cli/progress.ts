import type { Terminal } from './terminal.ts';

/** Work shorter than this needs no progress. */
const SILENT_MS = 1_000;
const BAR = 24;
const REDRAW_MS = 100;

/** Shows how far work is, on one line that vanishes at its end. Nothing in a pipe. */
export interface Progress {
  /** How much is done, of how much; without numbers where nobody knows. */
  at(done?: number, total?: number): void;
  end(): void;
}

/** Progress of something that takes time: shown only once it has taken more than a second. */
export function startProgress(terminal: Terminal, what: string): Progress {
  const began = performance.now();
  let drawn = 0;
  return {
    at(done, total) {
      const now = performance.now();
      if (!terminal.interactive || now - began < SILENT_MS || now - drawn < REDRAW_MS) return;
      drawn = now;
      terminal.raw(`\r\u001B[2K${lineOf(what, done, total)}`);
    },
    end() {
      if (drawn > 0) terminal.raw('\r\u001B[2K');
    },
  };
}

function lineOf(what: string, done: number | undefined, total: number | undefined): string {
  if (done === undefined) return `… ${what}`;
  return total ? `${bar(done, total)} ${what}: ${done} of ${total}` : `… ${what}: ${done}`;
}

function bar(done: number, total: number): string {
  const filled = Math.round((Math.min(done, total) / total) * BAR);
  return '█'.repeat(filled) + '░'.repeat(BAR - filled);
}
