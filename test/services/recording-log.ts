import type { Log } from '../../services/shared/log.ts';

/** A log that keeps what it is told. */
export interface RecordingLog extends Log {
  entries: { level: string; message: string; facts: Record<string, unknown> }[];
}

export function recordingLog(
  entries: RecordingLog['entries'] = [],
  context: Record<string, unknown> = {},
): RecordingLog {
  const at =
    (level: string): Log['info'] =>
    (message, facts = {}) =>
      void entries.push({ level, message, facts: { ...context, ...facts } });
  return {
    entries,
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (facts) => recordingLog(entries, { ...context, ...facts }),
  };
}
