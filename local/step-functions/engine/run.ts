import type { Clock } from '../../clock.ts';
import type { State } from '../definition/asl.ts';
import type { Program } from '../definition/program.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Scope } from '../language/expression.ts';
import { fail } from './failure.ts';
import type { ExecutionState, Frame } from './frame.ts';
import { errorDetails, type HistoryEvent, inputDetails, MAX_EVENTS, outputDetails } from './history.ts';
import { StateError } from './state-error.ts';
import { enterState } from './states.ts';

/** What of an execution the interpreter has to know besides its state. */
export interface ExecutionInfo {
  rowId: number;
  /** Row of the machine's revision that the execution keeps to. */
  revision: number;
  arn: string;
  name: string;
  machineArn: string;
  machineName: string;
  roleArn: string;
  /** JSON text. */
  input: string;
  /** Epoch milliseconds. */
  startedAt: number;
  redriveCount: number;
  redrivenAt?: number | undefined;
  /** The version and the alias that the execution was started with. */
  versionArn?: string | undefined;
  aliasArn?: string | undefined;
}

export type Outcome =
  | { status: 'SUCCEEDED'; output: Json }
  | { status: 'FAILED' | 'TIMED_OUT' | 'ABORTED'; error?: string | undefined; cause?: string | undefined };

/** A task whose effect has to be started, once the events up to here are stored. */
export interface Effect {
  frameId: number;
  attempt: number;
}

/** Steps taken before other work of the process gets its turn. */
const STEPS_PER_TURN = 200;

/**
 * One execution being moved on: applies what happened to its frames, until every frame waits for something outside.
 * Collects the events and effects of that; storing and starting them is the executor's part.
 */
export class Run {
  readonly info: ExecutionInfo;
  readonly program: Program;
  readonly state: ExecutionState;
  /** Epoch milliseconds: one time for all that a step records and plans. */
  now: number;
  readonly random: () => number;
  events: HistoryEvent[] = [];
  effects: Effect[] = [];
  outcome: Outcome | undefined;
  readonly #clock: Clock;
  #context: object | undefined;

  constructor(
    info: ExecutionInfo,
    program: Program,
    state: ExecutionState,
    services: { clock: Clock; random: () => number },
  ) {
    this.info = info;
    this.program = program;
    this.state = state;
    this.#clock = services.clock;
    this.now = services.clock.now();
    this.random = services.random;
  }

  /** Another step begins, or something else happens: it has a time of its own. */
  lookAtClock(): void {
    this.now = this.#clock.now();
  }

  /** Takes steps until all frames wait or the execution has ended. */
  async advance(): Promise<void> {
    for (let steps = 1; !this.outcome; steps++) {
      const ready = this.state.frames.filter((frame) => !frame.wait);
      if (ready.length === 0) return;
      for (const frame of ready) if (!this.outcome && this.frame(frame.id)) await this.#step(frame);
      if (steps % STEPS_PER_TURN === 0) await new Promise(setImmediate);
    }
  }

  async #step(frame: Frame): Promise<void> {
    this.lookAtClock();
    await this.attempt(frame, () => enterState(this, frame, this.stateOf(frame)));
  }

  /** Runs one step of a frame; an error of the state goes its way through Retry and Catch. */
  async attempt(frame: Frame, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (error instanceof HistoryFull) return this.#end(error.outcome);
      if (!(error instanceof StateError)) throw error;
      await this.attempt(frame, () => fail(this, frame, error));
    }
  }

  frame(id: number): Frame | undefined {
    return this.state.frames.find((frame) => frame.id === id);
  }

  children(frame: Frame): Frame[] {
    return this.state.frames.filter(({ parent }) => parent === frame.id);
  }

  /** Forgets a frame and everything below it. */
  remove(frame: Frame): void {
    for (const child of this.children(frame)) this.remove(child);
    const { frames } = this.state;
    frames.splice(frames.indexOf(frame), 1);
  }

  stateOf(frame: Frame): State {
    return this.program.state(frame.path, frame.state);
  }

  /** Records an event of a frame and makes it the one that the next event points back to. Returns its id. */
  event(frame: Frame, type: string, details?: Details): number {
    const id = this.aside(frame, type, details);
    frame.last = id;
    return id;
  }

  /** Records an event that the next one of the frame does not point back to. */
  aside(frame: Frame, type: string, details?: Details, previousEventId = frame.last): number {
    if (this.state.lastEvent >= MAX_EVENTS - 1) throw new HistoryFull();
    return this.#record(type, previousEventId, details);
  }

  #record(type: string, previousEventId: number, details: Details = {}): number {
    const id = ++this.state.lastEvent;
    this.events.push({ id, previousEventId, timestamp: this.now / 1000, type, ...details });
    return id;
  }

  started(): void {
    this.now = this.info.startedAt;
    const { input, roleArn, versionArn, aliasArn } = this.info;
    const details = {
      input,
      inputDetails: { truncated: false },
      roleArn,
      ...(versionArn !== undefined && { stateMachineVersionArn: versionArn }),
      ...(aliasArn !== undefined && { stateMachineAliasArn: aliasArn }),
    };
    this.#record('ExecutionStarted', 0, { executionStartedEventDetails: details });
  }

  redriven(): void {
    this.now = this.info.redrivenAt ?? this.now;
    const details = { redriveCount: this.info.redriveCount };
    this.#record('ExecutionRedriven', this.state.lastEvent, { executionRedrivenEventDetails: details });
  }

  succeed(output: Json, previousEventId: number): void {
    this.#record('ExecutionSucceeded', previousEventId, { executionSucceededEventDetails: outputDetails(output) });
    this.outcome = { status: 'SUCCEEDED', output };
  }

  /** @param previousEventId 0 for a timeout, as the service records it */
  end(outcome: Exclude<Outcome, { status: 'SUCCEEDED' }>, previousEventId: number): void {
    const [type, details] = ENDINGS[outcome.status];
    this.#record(type, previousEventId, { [details]: errorDetails(outcome.error, outcome.cause) });
    this.outcome = outcome;
  }

  #end(outcome: Exclude<Outcome, { status: 'SUCCEEDED' }>): void {
    this.end(outcome, this.state.lastEvent);
  }

  /** What expressions of the frame's current state see. */
  scope(frame: Frame, more: { result?: Json; errorOutput?: Json; token?: string; item?: Frame['item'] } = {}): Scope {
    const { token, item, ...states } = more;
    return {
      states: { input: frame.input, ...states, context: this.#contextOf(frame, token, item) },
      variables: this.#variables(frame),
      now: this.now,
    };
  }

  #variables(frame: Frame): JsonObject {
    const parent = this.frame(frame.parent);
    return parent ? { ...this.#variables(parent), ...frame.variables } : frame.variables;
  }

  #contextOf(frame: Frame, token: string | undefined, item: Frame['item']): object {
    const shown = item ?? this.#itemOf(frame);
    return {
      ...this.#executionContext(),
      State: {
        EnteredTime: new Date(frame.enteredAt).toISOString(),
        Name: frame.state,
        RetryCount: frame.retryCount,
      },
      ...(token !== undefined && { Task: { Token: token } }),
      // The items of an inline Map always come from the state's data.
      ...(shown && { Map: { Item: { Index: shown.index, Value: shown.value, Source: 'STATE_DATA' } } }),
    };
  }

  #itemOf(frame: Frame): Frame['item'] {
    if (frame.item) return frame.item;
    const parent = this.frame(frame.parent);
    return parent && this.#itemOf(parent);
  }

  #executionContext(): object {
    const { arn, name, roleArn, startedAt, machineArn, machineName, redriveCount, redrivenAt, input } = this.info;
    this.#context ??= {
      Execution: {
        Id: arn,
        Input: JSON.parse(input),
        Name: name,
        RoleArn: roleArn,
        StartTime: new Date(startedAt).toISOString(),
        RedriveCount: redriveCount,
        ...(redrivenAt !== undefined && { RedriveTime: new Date(redrivenAt).toISOString() }),
      },
      StateMachine: { Id: machineArn, Name: machineName },
    };
    return this.#context;
  }
}

export type Details = { [details: `${string}EventDetails`]: JsonObject };

const ENDINGS = {
  FAILED: ['ExecutionFailed', 'executionFailedEventDetails'],
  TIMED_OUT: ['ExecutionTimedOut', 'executionTimedOutEventDetails'],
  ABORTED: ['ExecutionAborted', 'executionAbortedEventDetails'],
} as const;

/** The history has no room for another event: the execution fails, whatever its states would catch. */
class HistoryFull extends Error {
  readonly outcome = {
    status: 'FAILED',
    error: 'States.Runtime',
    cause: `The execution reached the maximum number of history events (${MAX_EVENTS}).`,
  } as const;
}

export function enteredDetails(frame: Frame): Details {
  return { stateEnteredEventDetails: { name: frame.state, ...inputDetails(frame.input) } };
}
