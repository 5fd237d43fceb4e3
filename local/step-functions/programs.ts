import { Program } from './definition/program.ts';
import type { TaskResult } from './engine/frame.ts';
import type { ExecutionInfo } from './engine/run.ts';
import { parseJson } from './json.ts';
import type { ExecutionRow } from './store/executions.ts';
import type { MachineStore, RevisionRow } from './store/machines.ts';

/** Revisions of machines, compiled once for each process. */
export class Programs {
  readonly #machines: MachineStore;
  readonly #compiled = new Map<number, { program: Program; revision: RevisionRow }>();

  constructor(machines: MachineStore) {
    this.#machines = machines;
  }

  revision(id: number): { program: Program; revision: RevisionRow } {
    let compiled = this.#compiled.get(id);
    if (!compiled) {
      const revision = this.#machines.revision(id);
      if (!revision) throw new RangeError(`the store has no revision ${id} of a state machine`);
      compiled = { program: new Program(revision.definition), revision };
      this.#compiled.set(id, compiled);
    }
    return compiled;
  }

  /** What the interpreter needs to run an execution. */
  of(row: ExecutionRow): { info: ExecutionInfo; program: Program; revision: RevisionRow } {
    const { program, revision } = this.revision(row.revision);
    const info: ExecutionInfo = {
      rowId: row.id,
      revision: row.revision,
      arn: row.arn,
      name: row.name,
      machineArn: row.machine,
      machineName: row.machine.split(':').at(-1) ?? '',
      roleArn: revision.role,
      input: row.input,
      startedAt: row.started,
      redriveCount: row.redrive_count,
      redrivenAt: row.redriven ?? undefined,
      versionArn: row.version ?? undefined,
      aliasArn: row.alias ?? undefined,
    };
    return { info, program, revision };
  }

  /** What an execution that has ended is to the `.sync` task that started it. */
  jobResult(row: ExecutionRow): TaskResult {
    const output = row.output === null ? undefined : row.output;
    const described = {
      ExecutionArn: row.arn,
      Input: row.input,
      InputDetails: { Included: true },
      Name: row.name,
      ...(output !== undefined && { Output: output, OutputDetails: { Included: true } }),
      ...(row.error !== null && { Error: row.error }),
      ...(row.cause !== null && { Cause: row.cause }),
      StartDate: row.started,
      StateMachineArn: row.machine,
      Status: row.status,
      StopDate: row.stopped,
    };
    if (output === undefined) return { error: 'States.TaskFailed', cause: JSON.stringify(described) };
    return {
      output: this.#parsesOutput(row)
        ? { ...described, Input: parseJson(row.input), Output: parseJson(output) }
        : described,
    };
  }

  /** `.sync:2` hands input and output on as JSON, `.sync` as text. */
  #parsesOutput(row: ExecutionRow): boolean {
    return row.waiter !== null && JSON.parse(row.waiter).json === true;
  }
}
