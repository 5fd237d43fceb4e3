import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Gate } from '../session.ts';

/** One line of a function's log. `at` is ISO 8601, UTC. */
export interface LogEvent {
  at: string;
  message: string;
}

export interface LogQuery {
  /** In the syntax of CloudWatch Logs' filters. */
  filterPattern: string;
  since: Date;
  /** Where the newest lines are worth less than a quick answer: pages of at most 10,000 lines. */
  mostPages?: number;
}

const PREFIX = '/aws/lambda/';

/**
 * The log group of a function among the resources of its stack. Functions are called by what the configuration names the
 * app, the stage, and what they are for: `relay` is the function `storygate-dev-relay`.
 */
export function logGroupOf(
  resources: readonly { ResourceType?: string | undefined; PhysicalResourceId?: string | undefined }[],
  service: string,
): string | undefined {
  return resources.find(
    ({ ResourceType, PhysicalResourceId = '' }) =>
      ResourceType === 'AWS::Logs::LogGroup' &&
      PhysicalResourceId.startsWith(PREFIX) &&
      PhysicalResourceId.endsWith(`-${service}`),
  )?.PhysicalResourceId;
}

/** What a function of the gate has logged and the filter lets through, oldest first. Nothing where there is no log. */
export async function functionLog(
  { target, stack }: Gate,
  service: string,
  { filterPattern, since, mostPages = Number.POSITIVE_INFINITY }: LogQuery,
): Promise<LogEvent[]> {
  const logGroupName = logGroupOf(await stack.resources(), service);
  if (logGroupName === undefined) return [];
  const client = new CloudWatchLogsClient(target.settings);
  const found: LogEvent[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page === 0 || (nextToken && page < mostPages); page += 1) {
    const request = new FilterLogEventsCommand({ logGroupName, filterPattern, startTime: since.getTime(), nextToken });
    const answer = await client.send(request).catch((error: unknown) => {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    });
    for (const { timestamp = 0, message = '' } of answer?.events ?? [])
      found.push({ at: new Date(timestamp).toISOString(), message });
    nextToken = answer?.nextToken;
  }
  return found;
}
