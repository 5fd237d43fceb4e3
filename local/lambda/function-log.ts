import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { localArn } from '../gateway/arn.ts';
import type { Iam, Principal } from '../iam/principal.ts';
import type { Finished } from './environment.ts';
import type { FunctionVersion } from './function-definition.ts';

/** Where function output goes; the part of the logs service that this needs. */
export interface LogSink {
  append(group: string, stream: string, messages: readonly string[]): void;
}

const TAIL_BYTES = 4096;

export interface FunctionLogOptions {
  clock: Pick<Clock, 'now'>;
  iam: Iam;
  logs: LogSink;
  version: FunctionVersion;
  principal: Principal;
}

/** The log stream of one environment: what the code prints, and the lines in which Lambda reports on each invocation. */
export class FunctionLog {
  readonly group: string;
  readonly stream: string;
  readonly #options: FunctionLogOptions;
  readonly #json: boolean;
  readonly #allowed: boolean;
  #recent: string[] = [];

  constructor(options: FunctionLogOptions) {
    const { definition, version } = options.version;
    this.#options = options;
    this.#json = definition.logFormat === 'JSON';
    this.group = definition.logGroup ?? `/aws/lambda/${definition.name}`;
    const day = this.#time().slice(0, 10).replaceAll('-', '/');
    this.stream = `${day}/[${version}]${randomBytes(16).toString('hex')}`;
    this.#allowed = this.#mayWrite();
  }

  /** The end of what was logged since the invocation's start, at most 4 KB: what `--log-type Tail` shows. */
  get tail(): string {
    const text = this.#recent.map((line) => `${line}\n`).join('');
    return Buffer.from(text).subarray(-TAIL_BYTES).toString();
  }

  write(events: readonly string[]): void {
    this.#recent.push(...events);
    // A line has a byte at least: what is further back cannot be in the tail.
    if (this.#recent.length > 2 * TAIL_BYTES) this.#recent = this.#recent.slice(-TAIL_BYTES);
    if (this.#allowed && events.length > 0) this.#options.logs.append(this.group, this.stream, events);
  }

  start(requestId: string): void {
    this.#recent = [];
    const { version } = this.#options.version;
    if (this.#json) this.#platform('platform.start', { requestId, version });
    else this.write([`START RequestId: ${requestId} Version: ${version}`]);
  }

  /** The lines after an invocation: what killed it, END and REPORT. */
  finish(requestId: string, finished: Finished): void {
    const { memoryMb, timeoutSeconds } = this.#options.version.definition;
    if (this.#json) {
      this.#platform('platform.report', jsonReport(requestId, finished, memoryMb));
      return;
    }
    const timedOut = `${this.#time()} ${requestId} Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
    this.write([
      ...(finished.died === 'timeout' ? [timedOut] : []),
      `END RequestId: ${requestId}`,
      textReport(requestId, finished, memoryMb),
    ]);
  }

  #platform(type: string, record: object): void {
    if ((this.#options.version.definition.systemLogLevel ?? 'INFO') === 'WARN') return;
    this.write([JSON.stringify({ time: this.#time(), type, record })]);
  }

  #time(): string {
    return new Date(this.#options.clock.now()).toISOString();
  }

  /** Lambda writes as the function's role: without these permissions the output is lost, there and here. */
  #mayWrite(): boolean {
    const resource = localArn('logs', `log-group:${this.group}:log-stream:${this.stream}`);
    const actions = ['logs:CreateLogStream', 'logs:PutLogEvents'];
    try {
      this.#options.iam.authorize(
        this.#options.principal,
        actions.map((action) => ({ action, resource })),
      );
      return true;
    } catch {
      return false;
    }
  }
}

function textReport(requestId: string, { durationMs, initMs, heapUsed, died }: Finished, memoryMb: number): string {
  const fields = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`,
    `Memory Size: ${memoryMb} MB`,
    `Max Memory Used: ${megabytes(heapUsed)} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
    ...(died ? [`Status: ${died}`] : []),
  ];
  return `${fields.join('\t')}\t`;
}

function jsonReport(
  requestId: string,
  { durationMs, initMs, heapUsed, died, functionError }: Finished,
  memoryMb: number,
) {
  return {
    requestId,
    status: died ?? (functionError ? 'error' : 'success'),
    metrics: {
      durationMs: Math.round(durationMs * 1000) / 1000,
      billedDurationMs: Math.ceil(durationMs + (initMs ?? 0)),
      memorySizeMB: memoryMb,
      maxMemoryUsedMB: megabytes(heapUsed),
      ...(initMs === undefined ? {} : { initDurationMs: Math.round(initMs * 1000) / 1000 }),
    },
  };
}

function megabytes(bytes = 0): number {
  return Math.ceil(bytes / 1_048_576);
}
