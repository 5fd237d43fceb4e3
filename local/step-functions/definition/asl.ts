import type { Json, JsonObject } from '../json.ts';

/** The Amazon States Language as far as this runtime runs it (JSONata). Typed views of definitions that `validate` accepted. */
export interface StateList {
  StartAt: string;
  States: Record<string, State>;
}

export interface Machine extends StateList {
  Comment?: string;
  QueryLanguage?: string;
  /** Seconds after which the whole execution times out. */
  TimeoutSeconds?: number;
}

interface Common {
  Comment?: string;
  QueryLanguage?: string;
}

/** What happens on the way out of a state. */
export interface Exit {
  Next?: string;
  End?: boolean;
  Assign?: JsonObject;
  Output?: Json;
}

export interface Retrier {
  ErrorEquals: string[];
  /** Seconds before the first retry; 1 unless told otherwise. */
  IntervalSeconds?: number;
  /** 3 unless told otherwise. */
  MaxAttempts?: number;
  /** 2 unless told otherwise. */
  BackoffRate?: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  ErrorEquals: string[];
  Next: string;
  Assign?: JsonObject;
  Output?: Json;
}

interface Recoverable {
  Retry?: Retrier[];
  Catch?: Catcher[];
}

export interface PassState extends Common, Exit {
  Type: 'Pass';
}

export interface TaskState extends Common, Exit, Recoverable {
  Type: 'Task';
  Resource: string;
  Arguments?: Json;
  TimeoutSeconds?: Json;
  HeartbeatSeconds?: Json;
  Credentials?: { RoleArn: Json };
}

export interface ChoiceRule {
  Condition: boolean | string;
  Next: string;
  Assign?: JsonObject;
  Output?: Json;
}

export interface ChoiceState extends Common {
  Type: 'Choice';
  Choices: ChoiceRule[];
  Default?: string;
  Assign?: JsonObject;
  Output?: Json;
}

export interface WaitState extends Common, Exit {
  Type: 'Wait';
  Seconds?: Json;
  Timestamp?: Json;
}

export interface SucceedState extends Common {
  Type: 'Succeed';
  Output?: Json;
}

export interface FailState extends Common {
  Type: 'Fail';
  Error?: Json;
  Cause?: Json;
}

export interface ParallelState extends Common, Exit, Recoverable {
  Type: 'Parallel';
  Branches: StateList[];
  Arguments?: Json;
}

export interface MapState extends Common, Exit, Recoverable {
  Type: 'Map';
  ItemProcessor?: StateList;
  /** The older name of `ItemProcessor`. */
  Iterator?: StateList;
  Items?: Json;
  ItemSelector?: Json;
  MaxConcurrency?: Json;
  ToleratedFailureCount?: Json;
  ToleratedFailurePercentage?: Json;
}

export type State =
  | PassState
  | TaskState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

export type RecoverableState = TaskState | ParallelState | MapState;

export function isRecoverable(state: State): state is RecoverableState {
  return state.Type === 'Task' || state.Type === 'Parallel' || state.Type === 'Map';
}
