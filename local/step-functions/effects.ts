import type { Principal } from '../iam/principal.ts';
import type { TaskResult, TaskWait } from './engine/frame.ts';
import type { Effect, Run } from './engine/run.ts';
import type { Signal } from './engine/signals.ts';
import { resourceOf } from './engine/task-events.ts';
import { type IntegrationContext, type TaskCall, TaskError } from './integrations/integration.ts';
import { SESSION_NAME } from './integrations/session.ts';

/** Calls the services that Tasks name, and reports what came of it. Abandons calls that nothing waits for any more. */
export class Effects {
  readonly #context: IntegrationContext;
  readonly #report: (id: number, signal: Signal) => void;
  /** By execution and attempt. */
  readonly #underWay = new Map<number, Map<number, AbortController>>();
  #closed = false;

  constructor(context: IntegrationContext, report: (id: number, signal: Signal) => void) {
    this.#context = context;
    this.#report = report;
  }

  launch(run: Run, { frameId, attempt }: Effect): void {
    const wait = run.frame(frameId)?.wait;
    if (this.#closed || wait?.for !== 'task' || wait.attempt !== attempt || wait.phase !== 'running') return;
    const id = run.info.rowId;
    const calls = this.#underWay.get(id) ?? new Map<number, AbortController>();
    this.#underWay.set(id, calls);
    const controller = new AbortController();
    calls.set(attempt, controller);
    void this.#call(callOf(run, frameId, wait, controller.signal), wait).then((result) => {
      this.#forget(id, attempt);
      if (!this.#closed && !controller.signal.aborted) this.#report(id, { type: 'returned', frameId, attempt, result });
    });
  }

  /** Abandons the calls of an execution whose result it would not take any more. */
  settle(run: Run): void {
    const calls = this.#underWay.get(run.info.rowId);
    if (!calls) return;
    const awaited = new Set(run.state.frames.map(({ wait }) => (wait?.for === 'task' ? wait.attempt : 0)));
    for (const [attempt, controller] of calls) {
      if (!run.outcome && awaited.has(attempt)) continue;
      controller.abort();
      this.#forget(run.info.rowId, attempt);
    }
  }

  close(): void {
    this.#closed = true;
    for (const calls of this.#underWay.values()) for (const controller of calls.values()) controller.abort();
  }

  async #call(call: TaskCall, wait: TaskWait): Promise<TaskResult> {
    try {
      this.#assume(call);
      return { output: await resourceOf(wait).integration.run(call, this.#context) };
    } catch (error) {
      if (error instanceof TaskError) return { error: error.error, cause: error.message };
      if (!call.signal.aborted) console.error(`step functions: task ${wait.resource} of ${call.executionArn}:`, error);
      return { error: 'States.TaskFailed', cause: error instanceof Error ? error.message : String(error) };
    }
  }

  /** A state with Credentials acts as another role, which the machine's own role must be allowed to assume. */
  #assume({ principal, roleArn, machineRoleArn }: TaskCall): void {
    if (roleArn === machineRoleArn) return;
    const machine: Principal = { ...principal, roleArn: machineRoleArn };
    try {
      this.#context.iam.authorize(machine, [{ action: 'sts:AssumeRole', resource: roleArn }]);
    } catch (error) {
      throw new TaskError('States.Permissions', error instanceof Error ? error.message : String(error), {
        cause: error,
      });
    }
  }

  #forget(id: number, attempt: number): void {
    const calls = this.#underWay.get(id);
    calls?.delete(attempt);
    if (calls?.size === 0) this.#underWay.delete(id);
  }
}

function callOf(run: Run, frameId: number, wait: TaskWait, signal: AbortSignal): TaskCall {
  const { action, pattern } = resourceOf(wait);
  const { arn, machineArn, rowId, roleArn: machineRoleArn } = run.info;
  const principal = { kind: 'role', roleArn: wait.roleArn, sessionName: SESSION_NAME } as const;
  return {
    action,
    pattern,
    arguments: wait.arguments,
    roleArn: wait.roleArn,
    machineRoleArn,
    principal,
    machineArn,
    executionArn: arn,
    callId: `${rowId}-${frameId}-${wait.attempt}`,
    signal,
    waiter: { rowId, frameId, attempt: wait.attempt },
  };
}
