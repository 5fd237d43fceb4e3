/**
 * Entry of an execution environment's thread: loads the bundle, then runs one invocation after the other.
 * Imports as little as possible, since each environment holds its own copy.
 */
import { flushCompileCache } from 'node:module';
import { getPriority, setPriority } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { shiftDate } from '../clock.ts';
import { captureOutput } from './worker-console.ts';
import { errorPayload, loggedError } from './worker-error.ts';
import { type Handler, loadHandler } from './worker-handler.ts';
import type { ErrorPayload, WorkerInvocation, WorkerMessage, WorkerStart } from './worker-protocol.ts';

/** A third of the runtime's share where there are more threads than cores; much less, and functions time out on a busy machine. */
const NICE = 5;
const LARGEST_NICE = 19;

const start: WorkerStart = workerData;
if (start.clockOffset) shiftDate(start.clockOffset);
const current: { requestId?: string } = {};
captureOutput(
  start,
  () => current.requestId,
  (events) => send({ type: 'output', events }),
);
process.on('uncaughtException', (error) => crash('Runtime.UncaughtException', error));
process.on('unhandledRejection', (reason) => crash('Runtime.UnhandledPromiseRejection', reason));
await initialize();

async function initialize(): Promise<void> {
  const began = performance.now();
  try {
    const handler = await loadHandler(start);
    parentPort?.on('message', (invocation: WorkerInvocation) => void run(handler, invocation));
    send({ type: 'ready', initMs: performance.now() - began });
    flushCompileCache(); // an environment is ended from outside, which would lose what it has compiled
    letRuntimeGoFirst();
  } catch (error) {
    console.error('Uncaught Exception \t', loggedError(error));
    send({ type: 'init-failed', error: errorPayload(error) });
  }
}

/** All that functions do passes through the runtime's thread. Linux only: elsewhere a priority is that of the whole process. */
function letRuntimeGoFirst(): void {
  if (process.platform === 'linux') setPriority(Math.min(LARGEST_NICE, getPriority() + NICE));
}

async function run(handler: Handler, invocation: WorkerInvocation): Promise<void> {
  current.requestId = invocation.requestId;
  process.env['_X_AMZN_TRACE_ID'] = invocation.traceId;
  try {
    const result = await handler(JSON.parse(invocation.payload), contextOf(invocation));
    send({ type: 'result', payload: stringify(result), heapUsed: heapUsed() });
  } catch (error) {
    console.error('Invoke Error \t', loggedError(error));
    fail(errorPayload(error), false);
  }
}

/** The time left is measured by the machine's own time, as the timeout is: a moved clock does not end functions. */
function contextOf({ context, requestId, timeoutMs }: WorkerInvocation): object {
  const deadline = performance.now() + timeoutMs;
  return {
    callbackWaitsForEmptyEventLoop: true,
    ...context,
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
}

function stringify(result: unknown): string {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw Object.assign(new Error(`Unable to stringify response body as json: ${problem}`), {
      name: 'Runtime.MarshalError',
    });
  }
}

/** What nobody caught ends the environment, as it ends Lambda's process. */
function crash(errorType: string, reason: unknown): void {
  const error = reason instanceof Error ? errorPayload(reason) : errorPayload(new Error(String(reason)));
  console.error('Uncaught Exception \t', loggedError(reason));
  fail({ ...error, errorType, errorMessage: `${error.errorType}: ${error.errorMessage}` }, true);
}

function fail(error: ErrorPayload, fatal: boolean): void {
  send({ type: 'error', error, heapUsed: heapUsed(), fatal });
}

function heapUsed(): number {
  return getHeapStatistics().used_heap_size;
}

function send(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}
