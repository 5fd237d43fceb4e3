import type { AnswerServices } from '../../../services/callback-relay/answer-wait.ts';
import { ExecutionArn, TaskToken, type Vote, type Wait } from '../../../services/callback-relay/records.ts';
import type { WaitRequest } from '../../../services/callback-relay/store-wait.ts';
import type { Ending } from '../../../services/callback-relay/waiting-tasks.ts';
import type { WaitsTable } from '../../../services/callback-relay/waits-table.ts';
import { Callback } from '../../../services/shared/callback.ts';
import { StoryKey } from '../../../services/shared/story-key.ts';
import { inMemoryWaitsTable } from './in-memory-waits-table.ts';

export const STORY = StoryKey.parse('PROJ-1');

/** `at(5)` is five minutes past nine. */
export const at = (minutes: number): Date => new Date(Date.UTC(2025, 2, 1, 9, minutes));

export function callback(callbackId: string, receivedMinute: number, more: object = {}): Callback {
  return Callback.parse({
    schemaVersion: 1,
    callbackId,
    jiraStoryId: STORY,
    outcome: 'success',
    actor: { id: '5b10', displayName: 'Ada' },
    message: 'ship it',
    source: 'automation',
    receivedAt: at(receivedMinute).toISOString(),
    decidedAt: at(receivedMinute).toISOString(),
    jira: {},
    ...more,
  });
}

/** What a test may say of a wait besides its name and start. */
export type WaitRequestOptions = Partial<WaitRequest>;

export function waitRequest(
  executionName: string,
  startedMinute: number,
  taskToken = `token-${executionName}`,
  more: WaitRequestOptions = {},
): WaitRequest {
  return {
    taskToken: TaskToken.parse(taskToken),
    jiraStoryId: STORY,
    executionArn: ExecutionArn.parse(`arn:aws:states:us-east-1:000000000000:execution:gate:${executionName}`),
    executionName,
    startedAt: at(startedMinute).toISOString(),
    timeoutSeconds: 3600,
    retryCount: 0,
    redriveCount: 0,
    approval: { quorum: 1, approvers: [] },
    ...more,
  };
}

export function wait(executionName: string, startedMinute: number, more: Partial<Wait> = {}): Wait {
  const { jiraStoryId, executionArn, taskToken, startedAt } = waitRequest(executionName, startedMinute);
  return {
    ...{ jiraStoryId, executionName, executionArn, taskToken, startedAt },
    attempt: 0,
    admitsFrom: startedAt,
    waitingSince: at(startedMinute + 1).toISOString(),
    expiresAt: at(startedMinute + 61).toISOString(),
    status: 'WAITING',
    ...more,
  };
}

/** Step Functions as far as waiting tasks go: each token can be answered once; `end` closes it otherwise. */
export class Tasks {
  /** What arrived, by token. */
  readonly delivered = new Map<string, Callback>();
  /** All answers that arrived with it, by token. */
  readonly votes = new Map<string, readonly Vote[]>();
  readonly #ended = new Map<string, string>();
  sends = 0;
  /** Runs before a send is dealt with; may throw. */
  beforeSend: () => void = () => {};
  /** Runs after a send arrived; may throw, as a lost response does. */
  afterSend: () => void = () => {};

  end(taskToken: string, as: string): void {
    this.#ended.set(taskToken, as);
  }

  async send({ taskToken }: Wait, decision: Callback, votes: readonly Vote[] = []): Promise<'sent' | 'gone'> {
    this.sends += 1;
    this.beforeSend();
    if (this.#ended.has(taskToken) || this.delivered.has(taskToken)) return 'gone';
    this.delivered.set(taskToken, decision);
    this.votes.set(taskToken, votes);
    this.afterSend();
    return 'sent';
  }

  async ending({ taskToken }: Wait, { callbackId }: Callback): Promise<Ending> {
    if (this.delivered.get(taskToken)?.callbackId === callbackId) return { kind: 'delivered' };
    const as = this.#ended.get(taskToken) ?? (this.delivered.has(taskToken) ? 'TaskSucceeded' : undefined);
    return as ? { kind: 'ended', as } : { kind: 'unknown' };
  }
}

/** A table, tasks and a time; all that the rules need. */
export class Situation implements AnswerServices {
  readonly tasks = new Tasks();
  readonly table: WaitsTable;
  time = at(10);
  readonly now = (): Date => this.time;

  constructor(table: WaitsTable = inMemoryWaitsTable()) {
    this.table = table;
  }

  /** The decision that reached an execution, as its callback id. */
  answerOf(executionName: string): string | undefined {
    return this.tasks.delivered.get(`token-${executionName}`)?.callbackId;
  }
}
