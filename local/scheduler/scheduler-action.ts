import { AwsError } from '../gateway/aws-error.ts';

const ACTIONS: Readonly<Record<string, string>> = {
  POST: 'CreateSchedule',
  GET: 'GetSchedule',
  DELETE: 'DeleteSchedule',
};

/** The action of EventBridge Scheduler behind a REST path. Throws `UnknownOperationException` with method and path. */
export function schedulerAction({ method, path }: { method: string; path: string }): string {
  if (method === 'GET' && /^\/schedules\/?$/.test(path)) return 'ListSchedules';
  const action = /^\/schedules\/[^/]+$/.test(path) ? ACTIONS[method] : undefined;
  if (action) return action;
  throw new AwsError('UnknownOperationException', `The local runtime does not serve Scheduler's ${method} ${path}.`, {
    status: 404,
  });
}
