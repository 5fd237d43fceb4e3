import { ExecutionArn, TaskToken } from '../../../../services/callback-relay/records.ts';
import type { WaitRequest } from '../../../../services/callback-relay/store-wait.ts';
import type { Ending } from '../../../../services/callback-relay/waiting-tasks.ts';
import type { Callback } from '../../../../services/shared/callback.ts';
import type { StoryKey } from '../../../../services/shared/story-key.ts';

/** One execution. */
export interface Run {
  name: string;
  story: StoryKey;
  startedAt: Date;
  approval: WaitRequest['approval'];
  /** `entering` stands before its wait, for the first time or again after a failed attempt. */
  phase: 'entering' | 'waiting' | 'ended';
  attempt: number;
  token: string;
}

/** Attempts that the state machine makes to store a wait: one, and 8 retries. */
const MOST_ATTEMPTS = 9;

/** Step Functions, as far as a gate waits in it: each token can be answered once, while its attempt is the current one. */
export class StateMachine {
  readonly runs = new Map<string, Run>();
  /** What each token was answered with. */
  readonly delivered = new Map<string, Callback>();
  readonly #ended = new Map<string, string>();
  onEnd: (run: Run, endedAs: string) => void = () => {};

  start(name: string, story: StoryKey, startedAt: Date, approval: Run['approval']): void {
    if (this.runs.has(name)) return;
    this.runs.set(name, { name, story, startedAt, approval, phase: 'entering', attempt: 0, token: `${name}/0` });
  }

  entering(): Run[] {
    return [...this.runs.values()].filter(({ phase }) => phase === 'entering');
  }

  enter(run: Run): WaitRequest {
    run.phase = 'waiting';
    return {
      taskToken: TaskToken.parse(run.token),
      jiraStoryId: run.story,
      executionArn: ExecutionArn.parse(`arn:aws:states:us-east-1:000000000000:execution:gate:${run.name}`),
      executionName: run.name,
      startedAt: run.startedAt.toISOString(),
      timeoutSeconds: 86_400,
      retryCount: run.attempt,
      redriveCount: 0,
      approval: run.approval,
    };
  }

  storeFailed(run: Run, token: string): void {
    if (run.phase !== 'waiting' || run.token !== token) return; // answered or stopped meanwhile
    this.#ended.set(token, 'TaskFailed');
    run.attempt += 1;
    if (run.attempt === MOST_ATTEMPTS) this.#end(run, 'ExecutionFailed');
    else Object.assign(run, { token: `${run.name}/${run.attempt}`, phase: 'entering' });
  }

  answer(token: string, callback: Callback): boolean {
    const run = this.#byToken(token);
    if (run?.phase !== 'waiting') return false;
    this.delivered.set(token, callback);
    this.#end(run, callback.outcome === 'success' ? 'ExecutionSucceeded' : 'ExecutionFailed');
    return true;
  }

  expire(name: string): void {
    const run = this.runs.get(name);
    if (run?.phase === 'waiting') this.#end(run, 'ExecutionFailed', 'TaskTimedOut');
  }

  stop(name: string): void {
    const run = this.runs.get(name);
    if (run && run.phase !== 'ended') this.#end(run, 'ExecutionAborted');
  }

  ending(token: string, callbackId: string): Ending {
    const answer = this.delivered.get(token);
    if (answer)
      return answer.callbackId === callbackId ? { kind: 'delivered' } : { kind: 'ended', as: 'TaskSucceeded' };
    const as = this.#ended.get(token);
    return as ? { kind: 'ended', as } : { kind: 'unknown' };
  }

  #byToken(token: string): Run | undefined {
    return [...this.runs.values()].find((run) => run.token === token);
  }

  #end(run: Run, executionEnd: string, taskEnd = executionEnd): void {
    run.phase = 'ended';
    this.#ended.set(run.token, taskEnd);
    this.onEnd(run, executionEnd);
  }
}
