import type { Gateway } from '../../gateway/gateway.ts';
import type { Iam, Principal } from '../../iam/principal.ts';
import type { Json } from '../json.ts';
import type { IntegrationPattern } from './catalogue.ts';

/** How a Task reaches the outside. */
export interface TaskServices {
  lambda: {
    invoke(
      functionArn: string,
      payload: unknown,
      principal: Principal,
      options?: { invocationType?: 'RequestResponse' | 'Event'; clientContext?: string },
    ): Promise<{
      /** JSON text. */
      payload: string;
      functionError?: 'Unhandled' | 'Handled';
      executedVersion: string;
      statusCode: number;
    }>;
  };
  connections: {
    connectionCredentials(
      connectionArn: string,
      principal: Principal,
    ): { headers: Record<string, string>; query: Record<string, string>; body: Record<string, unknown> };
  };
  /** The gateway's URL, for SDK clients that sign with the role's key. */
  endpoint(): string;
  /** Calls an HTTP API that the gateway itself serves; undefined for addresses elsewhere. */
  fetch: Gateway['fetch'];
}

/** One call of a Task. */
export interface TaskCall {
  /** Last part of the resource before the pattern: `invoke`, `putItem`, `getObject`; a function's ARN for function tasks. */
  action: string;
  pattern: IntegrationPattern;
  arguments: Json;
  /** The role that the call is made with: the machine's, or that of the state's Credentials. */
  roleArn: string;
  machineRoleArn: string;
  principal: Extract<Principal, { kind: 'role' }>;
  machineArn: string;
  executionArn: string;
  /** The same for every repetition of this try, so that what has a name is not started twice. */
  callId: string;
  /** Aborted when the execution no longer waits for the answer. */
  signal: AbortSignal;
  /** The frame that a `.sync` job answers. */
  waiter: Waiter;
}

/** The Task that waits for a job. */
export interface Waiter {
  rowId: number;
  frameId: number;
  attempt: number;
  /** The job's input and output are handed on as JSON instead of text (`.sync:2`). */
  json?: boolean;
}

/** What integrations may use. */
export interface IntegrationContext {
  iam: Iam;
  tasks: TaskServices;
  /** Starts another execution in this runtime, after its permissions have been checked. Returns ARN and start in epoch milliseconds. */
  startExecution(request: {
    stateMachineArn: string;
    name: string;
    /** The name is one that only this call gives, and a repetition of it again. */
    ownName: boolean;
    input: string;
    waiter?: Waiter;
  }): Promise<{ executionArn: string; startedAt: number }>;
}

/** A service that a Task can call. One file each; see `registry.ts`. */
export interface Integration {
  /** As history events show it: `lambda`, `http`, `aws-sdk:s3`. */
  resourceType: string;
  /** Returns the task's result; throws `TaskError`. */
  run(call: TaskCall, context: IntegrationContext): Promise<Json>;
}

/** A Task failed with this error name and cause, for Retry and Catch. */
export class TaskError extends Error {
  readonly error: string;

  constructor(error: string, cause: string, options?: { cause?: unknown }) {
    super(cause, options);
    this.name = 'TaskError';
    this.error = error;
  }
}
