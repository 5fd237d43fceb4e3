import { randomUUID } from 'node:crypto';
import { type Clock, MovableClock } from '../clock.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { Iam, Principal } from '../iam/principal.ts';
import { Environment, type Finished, newTraceId } from './environment.ts';
import { EnvironmentPool, type PooledEnvironment } from './environment-pool.ts';
import type { FunctionVersion, Outcome } from './function-definition.ts';
import { functionEnvironment } from './function-environment.ts';
import { FunctionLog, type LogSink } from './function-log.ts';
import type { WorkerInvocation } from './worker-protocol.ts';

export interface RunnerOptions {
  clock: Clock;
  iam: Iam;
  logs: LogSink;
  /** The gateway's URL, asked for when an environment starts. */
  endpoint: () => string;
  /** Faults: whether the environment of this invocation ends by itself, and when. */
  crash?: ((functionName: string) => 'before' | 'after' | undefined) | undefined;
}

/** One invocation of a function. */
export interface RunRequest {
  version: FunctionVersion;
  /** The event as JSON text. */
  payload: string;
  invokedFunctionArn: string;
  requestId?: string;
  clientContext?: unknown;
}

/** Runs versions of functions in their environments and keeps their concurrency. */
export class FunctionRunner {
  readonly #options: RunnerOptions;
  readonly #pools = new Map<FunctionVersion, EnvironmentPool>();
  readonly #running = new Map<string, number>();
  #closed = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** @throws AwsError `TooManyRequestsException` beyond the reserved concurrency, `ServiceException` once closed */
  async run({
    version,
    payload,
    invokedFunctionArn,
    requestId = randomUUID(),
    clientContext,
  }: RunRequest): Promise<Outcome> {
    const { definition } = version;
    if (this.#closed) throw new AwsError('ServiceException', 'The local runtime is stopping.', { status: 500 });
    this.#enter(definition.name, definition.reservedConcurrency);
    try {
      const {
        payload: result,
        functionError,
        logTail = '',
      } = await this.#poolOf(version).run({
        requestId,
        payload,
        timeoutMs: definition.timeoutSeconds * 1000,
        traceId: newTraceId(this.#options.clock.now()),
        context: {
          functionName: definition.name,
          functionVersion: version.version,
          invokedFunctionArn,
          memoryLimitInMB: String(definition.memoryMb),
          logGroupName: '', // the environment fills in its own
          logStreamName: '',
          ...(clientContext === undefined ? {} : { clientContext }),
        },
      });
      return { payload: result, logTail, ...(functionError ? { functionError } : {}) };
    } finally {
      this.#running.set(definition.name, (this.#running.get(definition.name) ?? 1) - 1);
    }
  }

  /** Stops using the environments of a version, for instance after its code has changed. */
  async retire(version: FunctionVersion): Promise<void> {
    const pool = this.#pools.get(version);
    this.#pools.delete(version);
    await pool?.retire();
  }

  /** Ends all environments; no other one starts. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }

  #enter(name: string, reserved = Number.POSITIVE_INFINITY): void {
    const running = this.#running.get(name) ?? 0;
    if (running >= reserved)
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
        status: 429,
        details: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
      });
    this.#running.set(name, running + 1);
  }

  #poolOf(version: FunctionVersion): EnvironmentPool {
    let pool = this.#pools.get(version);
    if (!pool) {
      const most = version.definition.reservedConcurrency;
      pool = new EnvironmentPool({
        clock: this.#options.clock,
        create: () => this.#create(version),
        ...(most === undefined ? {} : { most }),
      });
      this.#pools.set(version, pool);
    }
    return pool;
  }

  #create(version: FunctionVersion): PooledEnvironment {
    const { clock, iam, endpoint, crash } = this.#options;
    const { definition } = version;
    const principal: Principal = { kind: 'role', roleArn: definition.roleArn, sessionName: definition.name };
    const log = new FunctionLog({ ...this.#options, version, principal });
    const environment = new Environment({
      start: {
        codeDirectory: definition.codeDirectory,
        handler: definition.handler,
        logFormat: definition.logFormat ?? 'Text',
        logLevel: definition.applicationLogLevel ?? 'INFO',
        ...(clock instanceof MovableClock ? { clockOffset: clock.offset } : {}),
      },
      env: functionEnvironment(version, { iam, endpoint: endpoint(), logGroup: log.group, logStream: log.stream }),
      memoryMb: definition.memoryMb,
      output: (events) => log.write(events),
    });
    const invoke = (invocation: WorkerInvocation) => environment.invoke(invocation, crash?.(definition.name));
    return { environment, invoke: (invocation) => invokeLogged(invoke, log, invocation) };
  }
}

async function invokeLogged(
  invoke: (invocation: WorkerInvocation) => Promise<Finished>,
  log: FunctionLog,
  invocation: WorkerInvocation,
) {
  const context = { ...invocation.context, logGroupName: log.group, logStreamName: log.stream };
  log.start(invocation.requestId);
  const finished = await invoke({ ...invocation, context });
  log.finish(invocation.requestId, finished);
  return { ...finished, logTail: log.tail };
}
