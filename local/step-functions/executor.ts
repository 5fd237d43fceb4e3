import type { Clock } from '../clock.ts';
import type { Database } from '../database.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { DueTimer } from './due-timer.ts';
import { Effects } from './effects.ts';
import type { ExecutionState } from './engine/frame.ts';
import { Run } from './engine/run.ts';
import { apply, type Signal } from './engine/signals.ts';
import type { IntegrationContext, Waiter } from './integrations/integration.ts';
import type { Observer } from './observer.ts';
import type { Programs } from './programs.ts';
import type { ExecutionRow, ExecutionStore } from './store/executions.ts';

interface Letter {
  signal: Signal;
  answer: PromiseWithResolvers<boolean>;
}

interface ExecutorOptions {
  clock: Clock;
  database: Database;
  executions: ExecutionStore;
  programs: Programs;
  observer: Observer;
  random: () => number;
  integrations: IntegrationContext;
}

/**
 * Moves executions on. Each has a mailbox while something happens to it; what comes of a signal is stored in one group,
 * and only when that is on disk are the next tasks started and the signal answered. Then the execution leaves memory.
 */
export class Executor {
  readonly #options: ExecutorOptions;
  readonly #effects: Effects;
  readonly #timer: DueTimer;
  /** Executions that something happens to, by id: what is still to be delivered, and when all of it has been. */
  readonly #atWork = new Map<number, { mailbox: Letter[]; done: Promise<void> }>();
  readonly #ended = new Map<number, PromiseWithResolvers<ExecutionRow>>();
  #closed = false;

  constructor(options: ExecutorOptions) {
    this.#options = options;
    this.#effects = new Effects(options.integrations, (id, signal) => void this.signal(id, signal));
    this.#timer = new DueTimer(options.clock, options.executions, (id) => void this.signal(id, { type: 'tick' }));
  }

  /** Takes up what was under way when the last process ended. */
  start(): void {
    for (const id of this.#options.executions.inFlight()) void this.signal(id, { type: 'resume' });
    for (const row of this.#options.executions.endedJobs()) this.#answerWaiter(row);
    this.#timer.arm();
  }

  /** Resolves when the signal's consequences are on disk; false when nothing waited for it. */
  signal(id: number, signal: Signal): Promise<boolean> {
    const answer = Promise.withResolvers<boolean>();
    answer.promise.catch(() => {}); // nobody has to wait for the answer
    if (this.#closed) {
      // Not `false`: whoever answers a task must try again, not take it for timed out.
      answer.reject(new AwsError('ServiceUnavailable', 'The local Step Functions is shutting down', { status: 503 }));
      return answer.promise;
    }
    const mailbox = this.#atWork.get(id)?.mailbox;
    if (mailbox) mailbox.push({ signal, answer });
    else this.#open(id, [{ signal, answer }]);
    return answer.promise;
  }

  /** Nothing happens to the execution any more, so that its row tells how it stands. */
  async atRest(id: number): Promise<void> {
    for (let work = this.#atWork.get(id); work; work = this.#atWork.get(id)) await work.done;
  }

  /** The execution's row once it has ended. */
  ended(id: number): Promise<ExecutionRow> {
    const waiting = this.#ended.get(id) ?? Promise.withResolvers<ExecutionRow>();
    this.#ended.set(id, waiting);
    return waiting.promise;
  }

  /** Lets the steps in progress finish and be stored. Tasks that are under way are started again by the next process. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer.close();
    this.#effects.close();
    await Promise.all([...this.#atWork.values()].map(({ done }) => done));
  }

  #open(id: number, mailbox: Letter[]): void {
    const work = { mailbox, done: Promise.resolve() };
    this.#atWork.set(id, work);
    work.done = this.#work(id, mailbox);
  }

  async #work(id: number, mailbox: Letter[]): Promise<void> {
    try {
      const run = this.#load(id);
      while (mailbox.length > 0) await this.#deliver(run, mailbox.splice(0));
    } catch (error) {
      console.error(`step functions: execution ${id} could not be loaded or stored:`, error);
      for (const { answer } of mailbox) answer.reject(error);
    } finally {
      this.#atWork.delete(id);
    }
  }

  async #deliver(run: Run | undefined, letters: Letter[]): Promise<void> {
    try {
      const answers: boolean[] = [];
      for (const { signal } of letters) answers.push(run ? await this.#take(run, signal) : false);
      if (run) await this.#store(run);
      letters.forEach(({ answer }, index) => {
        answer.resolve(answers[index] ?? false);
      });
    } catch (error) {
      for (const { answer } of letters) answer.reject(error);
      throw error;
    }
  }

  async #take(run: Run, signal: Signal): Promise<boolean> {
    if (run.outcome) return false;
    try {
      const taken = await apply(run, signal);
      await run.advance();
      return taken;
    } catch (error) {
      console.error(`step functions: ${run.info.arn} met an error of the runtime:`, error);
      const cause = `The local runtime failed: ${error instanceof Error ? error.message : String(error)}`;
      run.end({ status: 'FAILED', error: 'States.Runtime', cause }, run.state.lastEvent);
      return true;
    }
  }

  async #store(run: Run): Promise<void> {
    const { database, executions, observer } = this.#options;
    const { events, effects, outcome, state, info } = run;
    run.events = [];
    run.effects = [];
    observer.recorded(info, events);
    const due = outcome ? undefined : executions.save(info.rowId, state, events);
    if (outcome && events.length > 0) {
      executions.end(info.rowId, state, events, outcome, run.now);
      observer.changed(info.rowId);
    }
    await database.committed();
    this.#effects.settle(run);
    if (due !== undefined) this.#timer.arm(due);
    if (outcome && events.length > 0) this.#announceEnd(info.rowId);
    else for (const effect of effects) this.#effects.launch(run, effect);
  }

  #announceEnd(id: number): void {
    const waiting = this.#ended.get(id);
    this.#ended.delete(id);
    const row = this.#options.executions.byId(id);
    if (!row) return;
    waiting?.resolve(row);
    this.#answerWaiter(row);
    if (row.status !== 'SUCCEEDED') this.#stopJobs(row);
  }

  #answerWaiter(row: ExecutionRow): void {
    if (row.waiter === null) return;
    const { rowId, frameId, attempt }: Waiter = JSON.parse(row.waiter);
    const result = this.#options.programs.jobResult(row);
    void this.signal(rowId, { type: 'jobEnded', frameId, attempt, result });
  }

  /** Executions that a `.sync` task has started end with the execution that waits for them. */
  #stopJobs({ id, arn, status }: ExecutionRow): void {
    const cause = `The execution ${arn} that waited for this one has ended: ${status}`;
    for (const job of this.#options.executions.runningJobs(id)) void this.signal(job, { type: 'stop', cause });
  }

  #load(id: number): Run | undefined {
    const row = this.#options.executions.byId(id);
    if (row?.status !== 'RUNNING' || row.state === null) return undefined;
    const { info, program } = this.#options.programs.of(row);
    const state: ExecutionState = JSON.parse(row.state);
    return new Run(info, program, state, { clock: this.#options.clock, random: this.#options.random });
  }
}
