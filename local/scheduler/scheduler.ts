import type { Cancel, Clock } from '../clock.ts';
import type { Database } from '../database.ts';
import { localArn } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { AwsService } from '../gateway/service.ts';
import type { Principal } from '../iam/principal.ts';
import type { InvokeOptions } from '../lambda/lambda.ts';
import { dueAt, notFound, type ScheduleInput, scheduleArn } from './schedule.ts';
import { type ScheduleRow, ScheduleStore } from './schedule-store.ts';
import { schedulerService } from './scheduler-service.ts';

const SERVICE = 'scheduler.amazonaws.com';
/** AWS's defaults: 185 retries within 24 hours. The first come after 1, 2, 4, … s, the later ones every 8 minutes. */
const MOST_RETRIES = 185;
const LONGEST_DELAY_MS = 480_000;

export interface SchedulerOptions {
  clock: Clock;
  database: Database;
  lambda: { invoke(arn: string, payload: unknown, principal: Principal, options: InvokeOptions): Promise<unknown> };
  /** Whether a role's trust policy lets a service act with it on behalf of a resource. */
  trusts(roleArn: string, service: string, sourceArn: string): boolean;
}

/** EventBridge Scheduler, as far as it runs something once. What is scheduled survives the runtime. */
export class Scheduler {
  readonly service: AwsService;
  readonly #options: SchedulerOptions;
  readonly #store: ScheduleStore;
  readonly #groups = new Set(['default']);
  readonly #timers = new Map<string, Cancel>();
  #closed = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#store = new ScheduleStore(options.database);
    this.service = schedulerService({
      store: this.#store,
      create: (name, input) => this.#create(name, input),
      remove: (group, name) => this.#remove(group, name),
      committed: () => options.database.committed(),
    });
  }

  putGroup(name: string): { arn: string } {
    this.#groups.add(name);
    return { arn: localArn('scheduler', `schedule-group/${name}`) };
  }

  /** Takes up what an earlier run has scheduled. Call it when the stacks are provisioned. */
  start(): void {
    for (const row of this.#store.due()) this.#arm(row);
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#timers.values()) cancel();
  }

  #create(name: string, input: ScheduleInput): { arn: string } {
    const { GroupName: groupName, Target } = input;
    const arn = scheduleArn(groupName, name);
    if (!this.#groups.has(groupName))
      throw new AwsError('ResourceNotFoundException', `Schedule group ${groupName} does not exist.`, { status: 404 });
    if (this.#store.find(groupName, name))
      throw new AwsError('ConflictException', `Schedule ${name} already exists.`, { status: 409 });
    if (!this.#options.trusts(Target.RoleArn, SERVICE, arn))
      throw new AwsError(
        'ValidationException',
        `The execution role you provide must allow AWS EventBridge Scheduler to assume the role.`,
      );
    const row: ScheduleRow = {
      groupName,
      name,
      definition: JSON.stringify(input),
      createdAt: this.#options.clock.now(),
      dueAt: dueAt(input.ScheduleExpression),
      attempts: 0,
    };
    this.#store.put(row);
    this.#arm(row);
    return { arn };
  }

  #remove(group: string, name: string): void {
    if (!this.#store.find(group, name)) throw notFound(name);
    const arn = scheduleArn(group, name);
    this.#timers.get(arn)?.();
    this.#timers.delete(arn);
    this.#store.delete(group, name);
  }

  #arm(row: ScheduleRow): void {
    if (this.#closed || row.dueAt === null) return;
    const arn = scheduleArn(row.groupName, row.name);
    const cancel = this.#options.clock.schedule(row.dueAt, () => {
      this.#timers.delete(arn);
      void this.#run(row);
    });
    this.#timers.set(arn, cancel);
  }

  async #run(row: ScheduleRow): Promise<void> {
    const { Target, ActionAfterCompletion }: ScheduleInput = JSON.parse(row.definition);
    const principal: Principal = { kind: 'role', roleArn: Target.RoleArn, sessionName: row.name };
    try {
      await this.#options.lambda.invoke(Target.Arn, JSON.parse(Target.Input), principal, { invocationType: 'Event' });
    } catch (error) {
      if (this.#stands(row)) this.#retry(row, error);
      return;
    }
    if (!this.#stands(row)) return;
    if (ActionAfterCompletion === 'DELETE') this.#store.delete(row.groupName, row.name);
    else this.#store.put({ ...row, dueAt: null });
  }

  /** Whether it is still the schedule that was called: it may have been deleted meanwhile, and made anew. */
  #stands({ groupName, name, createdAt }: ScheduleRow): boolean {
    return !this.#closed && this.#store.find(groupName, name)?.createdAt === createdAt;
  }

  #retry(row: ScheduleRow, error: unknown): void {
    const attempts = row.attempts + 1;
    if (attempts > MOST_RETRIES) {
      const reason = error instanceof Error ? error.message : String(error);
      console.error(`Schedule ${row.name} was given up after ${attempts} attempts: ${reason}`);
      this.#store.put({ ...row, attempts, dueAt: null });
      return;
    }
    const delay = Math.min(LONGEST_DELAY_MS, 1_000 * 2 ** Math.min(attempts - 1, 20));
    const next = { ...row, attempts, dueAt: this.#options.clock.now() + delay };
    this.#store.put(next);
    this.#arm(next);
  }
}
