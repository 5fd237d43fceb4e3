import { Logger } from '@aws-lambda-powertools/logger';

type Facts = Record<string, unknown>;

/** Structured logging, one JSON line a call. `child` gives a context of its own, for records that run concurrently. */
export interface Log {
  info(message: string, facts?: Facts): void;
  warn(message: string, facts?: Facts): void;
  error(message: string, facts?: Facts): void;
  child(facts: Facts): Log;
}

/** The function's logger; service name and level come from POWERTOOLS_SERVICE_NAME and LOG_LEVEL. */
export function openLog(logger = new Logger()): Log {
  return {
    info: (message, facts = {}) => logger.info(message, facts),
    warn: (message, facts = {}) => logger.warn(message, facts),
    error: (message, facts = {}) => logger.error(message, facts),
    child: (facts) => openLog(logger.createChild({ persistentKeys: facts })),
  };
}

/**
 * What a log may say of an error: its name and message, and those of its causes. Never the object itself:
 * errors of SDK clients carry the request, and with it headers.
 */
export function errorFacts(error: unknown): Facts {
  if (!(error instanceof Error)) return { error: String(error) };
  return {
    error: error.name,
    reason: error.message,
    ...(error.cause !== undefined && { cause: errorFacts(error.cause) }),
  };
}
