import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { executionArn, expressArn } from './arns.ts';
import { type ExecutionState, newFrame } from './engine/frame.ts';
import { MAX_PAYLOAD_BYTES } from './engine/history.ts';
import { endOfLife } from './engine/lifetime.ts';
import type { Executor } from './executor.ts';
import type { Waiter } from './integrations/integration.ts';
import { parseJson } from './json.ts';
import { checkName, type Machines, type Target } from './machines.ts';
import type { Observer } from './observer.ts';
import type { Programs } from './programs.ts';
import type { ExecutionRow, ExecutionStore } from './store/executions.ts';

export interface StartRequest {
  stateMachineArn: string;
  name?: string | undefined;
  /** JSON text; `{}` unless told otherwise. */
  input?: string | undefined;
  traceHeader?: string | undefined;
  waiter?: Waiter | undefined;
  /** Only this very call gives an execution this name, so one that has it was started by it, even one that has ended. */
  ownName?: boolean;
}

interface StarterOptions {
  clock: Clock;
  machines: Machines;
  executions: ExecutionStore;
  programs: Programs;
  observer: Observer;
  executor: Executor;
}

/** Starts executions. A name starts one execution only: the same call again answers the one that runs. */
export class Starter {
  readonly #options: StarterOptions;

  constructor(options: StarterOptions) {
    this.#options = options;
  }

  /** Durable once the database has committed. Throws `ExecutionAlreadyExists`, `InvalidExecutionInput`, `InvalidName`, … */
  start(request: StartRequest): { id: number; arn: string; started: number } {
    const { machines, executions, executor } = this.#options;
    const target = machines.resolve(request.stateMachineArn);
    const name = request.name ?? randomUUID();
    checkName(name);
    const input = request.input ?? '{}';
    checkInput(input);
    const arn = arnOf(target, name);
    const existing = executions.byArn(arn);
    if (existing) return same(existing, input, request.ownName);
    const { id, started } = this.#insert(target, { ...request, name, input }, arn);
    void executor.signal(id, { type: 'start' });
    return { id, arn, started };
  }

  #insert(target: Target, request: StartRequest & { name: string; input: string }, arn: string) {
    const { clock, executions, programs, observer } = this.#options;
    const started = clock.now();
    const { machine } = programs.revision(target.revision).program;
    const timeoutAt = endOfLife(machine, { arn, startedAt: started });
    const state: ExecutionState = { frames: [], nextFrame: 1, nextAttempt: 1, lastEvent: 0, timeoutAt };
    const first = { parent: 0, path: '', index: 0, state: machine.StartAt, last: 0 };
    newFrame(state, { ...first, input: parseJson(request.input) });
    const id = executions.insert(
      {
        arn,
        name: request.name,
        machine: target.machine.arn,
        version: target.versionArn ?? null,
        alias: target.aliasArn ?? null,
        revision: target.revision,
        started,
        input: request.input,
        trace: request.traceHeader ?? null,
        waiter: request.waiter ? JSON.stringify(request.waiter) : null,
      },
      state,
    );
    observer.changed(id);
    return { id, started };
  }
}

function arnOf({ machine }: Target, name: string): string {
  return machine.type === 'EXPRESS' ? expressArn(machine.name, name, randomUUID()) : executionArn(machine.name, name);
}

/** Idempotent while the execution runs and the input is the same. */
function same(existing: ExecutionRow, input: string, ownName = false): { id: number; arn: string; started: number } {
  const { id, arn, status, started } = existing;
  if ((status === 'RUNNING' || ownName) && existing.input === input) return { id, arn, started };
  throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
}

function checkInput(input: string): void {
  if (Buffer.byteLength(input) > MAX_PAYLOAD_BYTES)
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to ${MAX_PAYLOAD_BYTES}`,
    );
  try {
    parseJson(input);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`);
  }
}
