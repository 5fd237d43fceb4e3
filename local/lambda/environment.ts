import { Worker } from 'node:worker_threads';
import { randomHex, traceRoot } from '../gateway/trace-root.ts';
import type { Outcome } from './function-definition.ts';
import { exitError, initTimeout, responseSizeError, timeoutError } from './runtime-error.ts';
import type { ErrorPayload, WorkerInvocation, WorkerMessage, WorkerStart } from './worker-protocol.ts';
import { workerSource } from './worker-source.ts';

/** Lambda gives the code outside of the handler 10 s. */
const INIT_TIMEOUT_MS = 10_000;

/** Largest answer of a handler: 6 MB and a little. */
const LARGEST_RESPONSE = 6_291_556;

/**
 * V8's own limit lets new objects of each thread fill 48 MB and more before they are looked through. A dozen threads then
 * take 400 MB more, and 4 % more time: all of it goes through the processor's cache.
 */
const YOUNG_GENERATION_MB = 12;

export interface EnvironmentOptions {
  start: WorkerStart;
  /** The only variables the code sees. */
  env: Readonly<Record<string, string>>;
  memoryMb: number;
  output: (events: string[]) => void;
}

/** A finished invocation with what the REPORT line says about it. */
export interface Finished extends Outcome {
  durationMs: number;
  /** Only of the invocation that waited for the code to load. */
  initMs?: number;
  heapUsed?: number;
  /** Set when the environment ended by itself or was killed. */
  died?: 'timeout' | 'error';
}

type Settlement = Omit<Finished, 'durationMs' | 'initMs'>;

/**
 * One execution environment: a worker thread that holds the loaded bundle and runs one invocation at a time.
 * A thread, not a process, because it starts in a fraction of the time and shares the moved clock.
 */
export class Environment {
  readonly #worker: Worker;
  readonly #output: (events: string[]) => void;
  readonly #ready = Promise.withResolvers<number | ErrorPayload>();
  #current: { requestId: string; settle: (settlement: Settlement) => void } | undefined;
  #alive = true;
  #started = false;
  #lastError: Error | undefined;
  #invocations = 0;

  constructor({ start, env, memoryMb, output }: EnvironmentOptions) {
    this.#output = output;
    this.#worker = new Worker(workerSource(), {
      workerData: start,
      env: { ...env },
      execArgv: [], // not the runtime's own flags
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    void this.#ready.promise.then(() => {
      this.#started = true;
    });
    this.#worker.on('message', (message: WorkerMessage) => this.#receive(message));
    this.#worker.on('error', (error) => {
      this.#lastError = error;
    });
    this.#worker.on('exit', (code) => this.#exited(code));
  }

  /** False once it has crashed, timed out or was ended. */
  get alive(): boolean {
    return this.#alive;
  }

  /** True once its code is loaded, or has failed to. */
  get started(): boolean {
    return this.#started;
  }

  /** Resolves when its code is loaded, or has failed to. */
  get loaded(): Promise<unknown> {
    return this.#ready.promise;
  }

  /**
   * Runs one invocation. Never rejects: whatever happens to the code is an outcome.
   * @param crash ends the thread while it runs, or when its work is done but not answered yet
   */
  async invoke(invocation: WorkerInvocation, crash?: 'before' | 'after'): Promise<Finished> {
    const first = this.#invocations++ === 0;
    const ready = await this.#initialized(invocation.requestId);
    const began = performance.now();
    const settlement = typeof ready === 'number' ? await this.#run(invocation, crash) : ready;
    const durationMs = performance.now() - began;
    return { ...settlement, durationMs, ...(first && typeof ready === 'number' ? { initMs: ready } : {}) };
  }

  /** Ends the thread, whatever it does. */
  async end(): Promise<void> {
    this.#alive = false;
    await this.#worker.terminate();
  }

  async #initialized(requestId: string): Promise<number | Settlement> {
    const timeout = setTimeout(() => void this.#kill(initTimeout(requestId, INIT_TIMEOUT_MS)), INIT_TIMEOUT_MS);
    const ready = await this.#ready.promise;
    clearTimeout(timeout);
    return typeof ready === 'number' ? ready : failure(ready, 'error');
  }

  async #run(invocation: WorkerInvocation, crash: 'before' | 'after' | undefined): Promise<Settlement> {
    const { requestId, timeoutMs } = invocation;
    const { promise, resolve } = Promise.withResolvers<Settlement>();
    if (!this.#alive) return failure(exitError(requestId, this.#lastError, 1), 'error');
    this.#current = { requestId, settle: resolve };
    // Real time: a moved clock must not end functions that are at work.
    const timeout = setTimeout(() => void this.#kill(timeoutError(requestId, timeoutMs)), timeoutMs);
    this.#worker.postMessage(invocation);
    if (crash === 'before') void this.end();
    const settlement = await promise;
    clearTimeout(timeout);
    this.#current = undefined;
    if (crash === 'after') {
      void this.end();
      return failure(exitError(requestId, undefined, 1), 'error');
    }
    const size = Buffer.byteLength(settlement.payload);
    return size > LARGEST_RESPONSE ? failure(responseSizeError(size, LARGEST_RESPONSE)) : settlement;
  }

  #receive(message: WorkerMessage): void {
    switch (message.type) {
      case 'ready':
        this.#ready.resolve(message.initMs);
        break;
      case 'init-failed':
        this.#ready.resolve(message.error);
        void this.end();
        break;
      case 'output':
        this.#output(message.events);
        break;
      case 'result':
        this.#current?.settle({ payload: message.payload, heapUsed: message.heapUsed });
        break;
      case 'error': {
        const { error, heapUsed, fatal } = message;
        this.#current?.settle({ ...failure(error, fatal ? 'error' : undefined), heapUsed });
        if (fatal) void this.end();
      }
    }
  }

  /** Gives the invocation under way its error and ends the thread. */
  #kill(error: ErrorPayload): Promise<void> {
    this.#ready.resolve(error);
    this.#current?.settle(failure(error, 'timeout'));
    return this.end();
  }

  #exited(code: number): void {
    this.#alive = false;
    const error = exitError(this.#current?.requestId, this.#lastError, code);
    this.#ready.resolve(error);
    this.#current?.settle(failure(error, 'error'));
  }
}

function failure(error: ErrorPayload, died?: Finished['died']): Settlement {
  const { trace, ...rest } = error;
  // Errors of the platform have no stack, and Lambda leaves the member away.
  const payload = JSON.stringify(trace.length > 0 || !PLATFORM.test(error.errorType) ? error : rest);
  return { payload, functionError: 'Unhandled', ...(died ? { died } : {}) };
}

const PLATFORM = /^(Sandbox\.|Runtime\.(ExitError|OutOfMemory)|Function\.)/;

/** `Root=…;Parent=…;Sampled=0`, as X-Ray's header; nothing is traced locally. */
export function newTraceId(now: number): string {
  return `${traceRoot(now)};Parent=${randomHex(16)};Sampled=0`;
}
