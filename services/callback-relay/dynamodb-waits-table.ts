import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { CLIENT_SETTINGS } from '../shared/client-settings.ts';
import { parseInput } from '../shared/parse.ts';
import { CallbackRecord, Wait } from './records.ts';
import { pendingShard, relayedTo, type WaitKey, type WaitsTable } from './waits-table.ts';

/** A wait's record outlives the wait by a day, so that a late callback finds out what happened. */
const KEPT_AFTER_EXPIRY_SECONDS = 24 * 60 * 60;

const StoredCallback = z.pipe(
  z.looseObject({ answered: z.optional(z.instanceof(Set)) }),
  z.transform(({ answered, ...record }) => ({ ...record, answered: [...(answered ?? [])].sort() })),
);

/** A client as the functions use it; absent optional fields are left out of items. */
export function documentClient(client = new DynamoDBClient(CLIENT_SETTINGS)): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** The waits table in DynamoDB: partition key `jiraStoryId`, sort key `recordId`, TTL attribute `ttl`, index `pending`. */
export function dynamoDbWaitsTable(
  client: DynamoDBDocumentClient,
  tableName: string,
  options: { callbackRetentionSeconds: number },
): WaitsTable {
  const update = (key: object, input: Omit<UpdateCommandInput, 'TableName' | 'Key'>) =>
    client.send(new UpdateCommand({ TableName: tableName, Key: { ...key }, ...input }));

  return {
    async putWait(wait) {
      await unlessConditionFails(
        client.send(
          new PutCommand({
            TableName: tableName,
            Item: {
              ...wait,
              recordId: `WAIT#${wait.executionName}`,
              pendingShard: pendingShard(wait.executionName),
              ttl: epochSeconds(new Date(wait.expiresAt)) + KEPT_AFTER_EXPIRY_SECONDS,
            },
            ConditionExpression: 'attribute_not_exists(recordId) OR taskToken <> :token',
            ExpressionAttributeValues: { ':token': wait.taskToken },
          }),
        ),
      );
    },

    async recordCallback(callback, at) {
      return unlessConditionFails(
        client.send(
          new PutCommand({
            TableName: tableName,
            Item: {
              ...callback,
              recordId: `CALLBACK#${callback.callbackId}`,
              disposition: 'ACCEPTED',
              ttl: epochSeconds(at) + options.callbackRetentionSeconds,
            },
            ConditionExpression: 'attribute_not_exists(recordId)',
          }),
        ),
      );
    },

    async callback(jiraStoryId, callbackId) {
      const { Item } = await client.send(
        new GetCommand({
          TableName: tableName,
          Key: { jiraStoryId, recordId: `CALLBACK#${callbackId}` },
          ConsistentRead: true,
        }),
      );
      return Item && parseCallback(Item);
    },

    async waitsOn(story) {
      return (await queryAll(client, tableName, story, 'WAIT#')).map((item) => parseInput(Wait, item, 'waits table'));
    },

    async callbacksFor(story) {
      return (await queryAll(client, tableName, story, 'CALLBACK#')).map(parseCallback);
    },

    async claim(wait, callback, at) {
      const won = await unlessConditionFails(
        update(waitKey(wait), {
          UpdateExpression:
            'SET #status = :answered, callbackId = :id, outcome = :outcome, actor = :actor, message = :message, answeredAt = :at REMOVE pendingShard',
          ConditionExpression:
            'taskToken = :token AND (#status = :waiting OR (#status = :answered AND callbackId = :id))',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: {
            ':token': wait.taskToken,
            ':waiting': 'WAITING',
            ':answered': 'ANSWERED',
            ':id': callback.callbackId,
            ':outcome': callback.outcome,
            ':actor': callback.actor,
            ':message': callback.message,
            ':at': at.toISOString(),
          },
        }),
      );
      if (won) return { won };
      const { Item } = await client.send(
        new GetCommand({ TableName: tableName, Key: waitKey(wait), ConsistentRead: true }),
      );
      return { won, current: Item && parseInput(Wait, Item, 'waits table') };
    },

    async expire(wait, callback, endedAs) {
      await unlessConditionFails(
        update(waitKey(wait), {
          UpdateExpression:
            'SET #status = :expired, endedAs = :endedAs REMOVE pendingShard, callbackId, outcome, actor, message, answeredAt',
          ConditionExpression: 'taskToken = :token AND callbackId = :id',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: {
            ':expired': 'EXPIRED',
            ':endedAs': endedAs,
            ':token': wait.taskToken,
            ':id': callback.callbackId,
          },
        }),
      );
    },

    async noteNotAdmitted(wait, { callbackId, outcome, actor, receivedAt }) {
      await unlessConditionFails(
        update(waitKey(wait), {
          UpdateExpression: 'SET notAdmitted = :decision',
          ConditionExpression: 'taskToken = :token',
          ExpressionAttributeValues: {
            ':decision': { callbackId, outcome, actor, receivedAt },
            ':token': wait.taskToken,
          },
        }),
      );
    },

    async finish(callback, { disposition, answers, at }) {
      const answered = relayedTo(answers);
      await unlessConditionFails(
        update(
          { jiraStoryId: callback.jiraStoryId, recordId: `CALLBACK#${callback.callbackId}` },
          {
            UpdateExpression: `SET disposition = :end, finishedAt = :at, answers = :answers${answered.length > 0 ? ' ADD answered :answered' : ''}`,
            ConditionExpression: `attribute_exists(recordId)${disposition === 'RELAYED' ? '' : ' AND disposition = :accepted'}`,
            ExpressionAttributeValues: {
              ':end': disposition,
              ':at': at.toISOString(),
              ':answers': answers,
              ...(answered.length > 0 && { ':answered': new Set(answered) }),
              ...(disposition !== 'RELAYED' && { ':accepted': 'ACCEPTED' }),
            },
          },
        ),
      );
    },
  };
}

async function queryAll(client: DynamoDBDocumentClient, TableName: string, story: string, prefix: string) {
  const items: Record<string, unknown>[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'jiraStoryId = :story AND begins_with(recordId, :prefix)',
        ExpressionAttributeValues: { ':story': story, ':prefix': prefix },
        ConsistentRead: true,
        ExclusiveStartKey: from,
      }),
    );
    items.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from);
  return items;
}

/** Whether a conditional write was done. Everything but a failed condition is thrown on. */
async function unlessConditionFails(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

function waitKey({ jiraStoryId, executionName }: WaitKey) {
  return { jiraStoryId, recordId: `WAIT#${executionName}` };
}

function parseCallback(item: unknown): CallbackRecord {
  return parseInput(CallbackRecord, parseInput(StoredCallback, item, 'waits table'), 'waits table');
}

function epochSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
