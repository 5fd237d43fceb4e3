/** What an environment's thread gets at its start. */
export interface WorkerStart {
  codeDirectory: string;
  handler: string;
  logFormat: 'Text' | 'JSON';
  /** Lowest level of `console` in the JSON format. */
  logLevel: string;
  /** Memory of a `MovableClock`, when time can be moved. */
  clockOffset?: BigInt64Array;
}

/** One invocation, host to thread. */
export interface WorkerInvocation {
  requestId: string;
  /** The event as JSON text. */
  payload: string;
  timeoutMs: number;
  traceId: string;
  /** What the handler's context says. */
  context: {
    functionName: string;
    functionVersion: string;
    invokedFunctionArn: string;
    memoryLimitInMB: string;
    logGroupName: string;
    logStreamName: string;
    clientContext?: unknown;
  };
}

/** The error of an invocation as Lambda answers it. */
export interface ErrorPayload {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

/** Thread to host. */
export type WorkerMessage =
  | { type: 'ready'; initMs: number }
  | { type: 'init-failed'; error: ErrorPayload }
  /** Whole lines, or one call of `console`, which stays one log event however many lines it has. */
  | { type: 'output'; events: string[] }
  | { type: 'result'; payload: string; heapUsed: number }
  | { type: 'error'; error: ErrorPayload; heapUsed: number; fatal: boolean };
