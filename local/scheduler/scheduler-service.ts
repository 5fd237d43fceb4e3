import { findAction } from '../gateway/json-service.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../gateway/service.ts';
import type { Requirement } from '../iam/principal.ts';
import { notFound, parseSchedule, type ScheduleInput, scheduleArn } from './schedule.ts';
import type { ScheduleRow, ScheduleStore } from './schedule-store.ts';

export interface SchedulerActions {
  store: ScheduleStore;
  create: (name: string, input: ScheduleInput) => { arn: string };
  remove: (group: string, name: string) => void;
  committed: () => Promise<void>;
}

interface Action {
  requires(request: AwsRequest): Requirement[];
  run(request: AwsRequest): object;
}

/** The API of EventBridge Scheduler, which speaks REST: `/schedules/<name>`. */
export function schedulerService({ store, create, remove, committed }: SchedulerActions): AwsService {
  const actions: Readonly<Record<string, Action>> = {
    CreateSchedule: {
      requires: (request) => createRequirements(nameIn(request), parseSchedule(request.body)),
      run: (request) => ({ ScheduleArn: create(nameIn(request), parseSchedule(request.body)).arn }),
    },
    GetSchedule: {
      requires: (request) => on('GetSchedule', request),
      run: (request) => {
        const row = store.find(groupIn(request), nameIn(request));
        if (row) return { ...JSON.parse(row.definition), ...summary(row) };
        throw notFound(nameIn(request));
      },
    },
    DeleteSchedule: {
      requires: (request) => on('DeleteSchedule', request),
      run: (request) => {
        remove(groupIn(request), nameIn(request));
        return {};
      },
    },
    ListSchedules: {
      requires: () => [{ action: 'scheduler:ListSchedules', resource: '*' }],
      run: ({ query }) => ({ Schedules: store.list(query.get('ScheduleGroup') ?? undefined).map(summary) }),
    },
  };
  const find = (request: AwsRequest) => findAction(actions, 'scheduler', request.action);
  return {
    name: 'scheduler',
    requires: (request) => find(request).requires(request),
    handle: async (request): Promise<AwsResponse> => {
      const output = find(request).run(request);
      await committed();
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(output) };
    },
  };
}

function createRequirements(name: string, { GroupName, Target }: ScheduleInput): Requirement[] {
  return [
    { action: 'scheduler:CreateSchedule', resource: scheduleArn(GroupName, name) },
    {
      action: 'iam:PassRole',
      resource: Target.RoleArn,
      context: { 'iam:passedtoservice': 'scheduler.amazonaws.com' },
    },
  ];
}

function on(action: string, request: AwsRequest): Requirement[] {
  return [{ action: `scheduler:${action}`, resource: scheduleArn(groupIn(request), nameIn(request)) }];
}

function summary({ groupName, name, createdAt, definition }: ScheduleRow): object {
  const { Target }: ScheduleInput = JSON.parse(definition);
  return {
    Arn: scheduleArn(groupName, name),
    GroupName: groupName,
    Name: name,
    State: 'ENABLED',
    CreationDate: createdAt / 1_000,
    LastModificationDate: createdAt / 1_000,
    Target,
  };
}

function nameIn({ path }: AwsRequest): string {
  return decodeURIComponent(path.split('/')[2] ?? '');
}

function groupIn({ query }: AwsRequest): string {
  return query.get('groupName') ?? 'default';
}
