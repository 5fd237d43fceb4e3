import { MovableClock } from '../../../local/clock.ts';
import { Database } from '../../../local/database.ts';
import type { Iam } from '../../../local/iam/principal.ts';
import type { TaskServices } from '../../../local/step-functions/integrations/integration.ts';
import type { StatusChange } from '../../../local/step-functions/observer.ts';
import { StepFunctions } from '../../../local/step-functions/step-functions.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/states';

type Invoke = TaskServices['lambda']['invoke'];

export interface FixtureOptions {
  database?: Database;
  clock?: MovableClock;
  iam?: Iam;
  lambda?: Invoke;
  tasks?: Partial<TaskServices>;
  random?: () => number;
}

/** Allows everything; keys are made of the role's name. */
export const OPEN_IAM: Iam = {
  accessKeyOf: (roleArn) => ({ accessKeyId: roleArn, secretAccessKey: 'secret', sessionToken: 'token' }),
  principalOf: () => ({ kind: 'admin', arn: 'arn:aws:iam::000000000000:role/local-admin' }),
  authorize: () => {},
  trusts: () => true,
};

/** A Step Functions on a real database, reached through its API. Tasks throw unless the test says what they do. */
export class Fixture {
  readonly database: Database;
  readonly clock: MovableClock;
  readonly stepFunctions: StepFunctions;
  readonly published: StatusChange[] = [];
  readonly logged: { group: string; stream: string; messages: readonly string[] }[] = [];

  constructor(options: FixtureOptions = {}) {
    this.database = options.database ?? new Database(':memory:');
    this.clock = options.clock ?? new MovableClock();
    this.stepFunctions = new StepFunctions({
      clock: this.clock,
      database: this.database,
      iam: options.iam ?? OPEN_IAM,
      tasks: {
        lambda: { invoke: options.lambda ?? unexpected('lambda.invoke') },
        connections: { connectionCredentials: unexpected('connections.connectionCredentials') },
        endpoint: unexpected('endpoint'),
        fetch: () => undefined,
        ...options.tasks,
      },
      publish: (event) => this.published.push(event),
      log: (group, stream, messages) => this.logged.push({ group, stream, messages }),
      ...(options.random && { random: options.random }),
    });
  }

  /** Calls an action as the gateway would; the answer as a client reads it. */
  async call(action: string, input: object = {}): Promise<Answer> {
    const response = await this.stepFunctions.service.handle({
      service: 'states',
      action,
      principal: { kind: 'admin', arn: 'arn:aws:iam::000000000000:role/local-admin' },
      requestId: 'request',
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.alloc(0),
      input: { ...input },
    });
    return JSON.parse(String(response.body));
  }

  /** Creates a machine of `definition` and starts it. Returns the execution's ARN. */
  async run(definition: object, input: unknown = {}, name = 'machine'): Promise<string> {
    const { arn } = this.stepFunctions.putStateMachine({
      name,
      definition: JSON.stringify(definition),
      roleArn: ROLE,
      type: 'STANDARD',
    });
    const started = await this.call('StartExecution', { stateMachineArn: arn, input: JSON.stringify(input) });
    return String(started['executionArn']);
  }

  async describe(executionArn: string): Promise<Answer> {
    return this.call('DescribeExecution', { executionArn });
  }

  /** Polls until the execution has ended. */
  async ended(executionArn: string): Promise<Answer> {
    return this.until(async () => {
      const answer = await this.describe(executionArn);
      return answer['status'] === 'RUNNING' ? undefined : answer;
    });
  }

  async events(executionArn: string): Promise<Event[]> {
    const { events } = await this.call('GetExecutionHistory', { executionArn, maxResults: 1000 });
    return events;
  }

  async types(executionArn: string): Promise<string[]> {
    return (await this.events(executionArn)).map(({ type }) => type);
  }

  /** Polls until the history has an event of `type`. */
  async reached(executionArn: string, type: string): Promise<Event[]> {
    return this.until(async () => {
      const events = await this.events(executionArn);
      return events.some((event) => event.type === type) ? events : undefined;
    });
  }

  /** Polls `probe` until it answers something, at most 5 seconds. */
  async until<T>(probe: () => Promise<T | undefined>): Promise<T> {
    const deadline = Date.now() + 5_000;
    for (;;) {
      const value = await probe();
      if (value !== undefined) return value;
      if (Date.now() > deadline) throw new Error('what the test waits for did not happen within 5 seconds');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async close(): Promise<void> {
    await this.stepFunctions.close();
    this.database.close();
  }
}

// biome-ignore lint/suspicious/noExplicitAny: answers of the API as a client reads them; tests assert on their members
export type Answer = Record<string, any>;

export interface Event extends Answer {
  id: number;
  previousEventId: number;
  type: string;
}

/** A part that the test did not expect to be used. */
export function unexpected(what: string): () => never {
  return () => {
    throw new Error(`the test did not expect a call of ${what}`);
  };
}

/** A function that answers what it was called with. */
export const echo: Invoke = async (_arn, payload) => ({
  payload: JSON.stringify(payload),
  executedVersion: '$LATEST',
  statusCode: 200,
});

/** A function that throws. */
export function throwing(errorType: string, errorMessage: string): Invoke {
  return async () => ({
    payload: JSON.stringify({ errorMessage, errorType, requestId: 'r', stackTrace: [] }),
    functionError: 'Unhandled',
    executedVersion: '$LATEST',
    statusCode: 200,
  });
}
