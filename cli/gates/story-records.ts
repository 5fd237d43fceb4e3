import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { readAcrossMoves } from '../../services/callback-relay/linked-stories.ts';
import { Answer, NotAdmitted, Vote } from '../../services/callback-relay/records.ts';
import { Actor, JiraFacts } from '../../services/shared/callback.ts';
import { parseInput } from '../../services/shared/parse.ts';
import { StoryKey } from '../../services/shared/story-key.ts';
import type { Gate } from '../session.ts';

/** A wait without its task token: the token answers the gate, so nothing here ever reads it. */
const StoredWait = z.object({
  jiraStoryId: z.string(),
  executionName: z.string(),
  executionArn: z.string(),
  startedAt: z.string(),
  waitingSince: z.string(),
  expiresAt: z.string(),
  status: z.string(),
  callbackId: z.optional(z.string()),
  outcome: z.optional(z.string()),
  actor: z.optional(Actor),
  message: z.optional(z.string()),
  answeredAt: z.optional(z.string()),
  endedAs: z.optional(z.string()),
  notAdmitted: z.optional(NotAdmitted),
  /** How many people must approve, and who has answered so far; of a wait that asks for more than one. */
  quorum: z.optional(z.number()),
  votes: z.optional(z.array(Vote)),
  /** Jira's ids of those who may answer; anyone unless told. */
  approvers: z.optional(z.array(z.string())),
  /** The key that the issue has got since. */
  movedTo: z.optional(z.string()),
  /** When the table forgets it, seconds since 1970. */
  ttl: z.optional(z.number()),
});
export type StoredWait = z.infer<typeof StoredWait>;

const StoredCallback = z.object({
  callbackId: z.string(),
  jiraStoryId: z.string(),
  outcome: z.string(),
  actor: Actor,
  message: z.string(),
  source: z.string(),
  receivedAt: z.string(),
  jira: z.optional(JiraFacts),
  disposition: z.string(),
  answers: z.optional(z.array(Answer)),
  finishedAt: z.optional(z.string()),
});
export type StoredCallback = z.infer<typeof StoredCallback>;

/** Everything that is recorded for a story, under whatever key its issue has had, oldest first. */
export interface StoryRecords {
  waits: StoredWait[];
  callbacks: StoredCallback[];
  /** The other keys of the same issue, which Jira has moved. */
  links: string[];
}

/** What one key of an issue has: its waits and callbacks, and the keys that it is linked with. */
interface KeyRecords extends StoryRecords {
  links: StoryKey[];
}

/** All fields but `taskToken`. Some of their names are reserved words of DynamoDB, so all get an alias. */
const NAMES = Object.fromEntries(
  ['recordId', 'linkedTo', ...Object.keys(StoredWait.shape), ...Object.keys(StoredCallback.shape)].map((name) => [
    `#${name}`,
    name,
  ]),
);

/**
 * Reads the waits and callbacks of a story, strongly consistent: one query, and one more for each key that its issue has had.
 *
 * @throws InvalidInputError when it is no key of Jira
 */
export async function storyRecords({ target, stack }: Gate, story: string): Promise<StoryRecords> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(target.settings));
  const key = parseInput(StoryKey, story, 'the story');
  const found = await readAcrossMoves(key, (each) => recordsOf(client, stack.output('WaitsTableName'), each));
  const keys = new Set(found.flatMap(({ links }) => links));
  keys.delete(key);
  return {
    waits: found.flatMap(({ waits }) => waits).sort((a, b) => (a.waitingSince < b.waitingSince ? -1 : 1)),
    callbacks: found.flatMap(({ callbacks }) => callbacks).sort((a, b) => (a.receivedAt < b.receivedAt ? -1 : 1)),
    links: [...keys].sort(),
  };
}

async function recordsOf(client: DynamoDBDocumentClient, TableName: string, story: StoryKey): Promise<KeyRecords> {
  const records: KeyRecords = { waits: [], callbacks: [], links: [] };
  let from: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'jiraStoryId = :story',
        Select: 'SPECIFIC_ATTRIBUTES', // the user role may ask in no other way
        ProjectionExpression: Object.keys(NAMES).join(', '),
        ExpressionAttributeNames: NAMES,
        ExpressionAttributeValues: { ':story': story },
        ConsistentRead: true,
        ExclusiveStartKey: from,
      }),
    );
    for (const item of page.Items ?? []) {
      const recordId = String(item['recordId']);
      if (recordId.startsWith('WAIT#')) records.waits.push(parseInput(StoredWait, item, 'waits table'));
      if (recordId.startsWith('CALLBACK#')) records.callbacks.push(parseInput(StoredCallback, item, 'waits table'));
      if (recordId.startsWith('LINK#')) records.links.push(parseInput(StoryKey, item['linkedTo'], 'waits table'));
    }
    from = page.LastEvaluatedKey;
  } while (from);
  return records;
}
