import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { NotAdmitted } from '../../services/callback-relay/records.ts';
import { PENDING_SHARDS } from '../../services/callback-relay/waits-table.ts';
import { parseInput } from '../../services/shared/parse.ts';
import type { Gate } from '../session.ts';

/** One wait as the index `pending` has it; that leaves the task token out. Times are ISO 8601, UTC. */
const PendingWait = z.pipe(
  z.object({
    jiraStoryId: z.string(),
    recordId: z.string(),
    executionArn: z.string(),
    startedAt: z.string(),
    waitingSince: z.string(),
    expiresAt: z.string(),
    notAdmitted: z.optional(NotAdmitted),
    /** How many people must approve, where that is more than one. */
    quorum: z.optional(z.number()),
    /** The key that the issue has got since. */
    movedTo: z.optional(z.string()),
  }),
  z.transform(({ recordId, ...wait }) => ({ executionName: recordId.replace(/^WAIT#/, ''), ...wait })),
);
export type PendingWait = z.infer<typeof PendingWait>;

export interface GateSelector {
  story?: string;
  /** Only those that have waited this long, in milliseconds. */
  olderThan?: number;
}

/** What waits, longest first. Reads the index, never the whole table, and never ListExecutions. */
export async function pendingWaits({ target, stack }: Gate, selector: GateSelector, now: Date): Promise<PendingWait[]> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(target.settings));
  const before = new Date(now.getTime() - (selector.olderThan ?? 0)).toISOString();
  const shards = Array.from({ length: PENDING_SHARDS }, (_, shard) => `pending#${shard}`);
  const table = stack.output('WaitsTableName');
  const found = await Promise.all(
    shards.map((shard) => waitsOf(client, table, shard, selector.olderThan === undefined ? undefined : before)),
  );
  const story = selector.story?.toUpperCase();
  return found
    .flat()
    .filter((wait) => story === undefined || wait.jiraStoryId === story || wait.movedTo === story)
    .sort((a, b) => (a.waitingSince < b.waitingSince ? -1 : 1));
}

async function waitsOf(client: DynamoDBDocumentClient, TableName: string, shard: string, before?: string) {
  const waits: PendingWait[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName,
        IndexName: 'pending',
        KeyConditionExpression: `pendingShard = :shard${before ? ' AND waitingSince <= :before' : ''}`,
        ExpressionAttributeValues: { ':shard': shard, ...(before && { ':before': before }) },
        ExclusiveStartKey: from,
      }),
    );
    waits.push(...(page.Items ?? []).map((item) => parseInput(PendingWait, item, 'waits table')));
    from = page.LastEvaluatedKey;
  } while (from);
  return waits;
}
