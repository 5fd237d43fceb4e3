import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { CLIENT_SETTINGS } from '../shared/client-settings.ts';
import { parseInput } from '../shared/parse.ts';
import { StoryKey } from '../shared/story-key.ts';
import { CallbackRecord, ExecutionNote, type Vote, Wait } from './records.ts';
import { acceptedRecord, pendingShard, relayedTo, type WaitKey, type WaitsTable } from './waits-table.ts';

/** A wait's record outlives the wait by a day, so that a late callback finds out what happened. */
const KEPT_AFTER_EXPIRY_SECONDS = 24 * 60 * 60;

/** A link between two keys of one issue outlives every wait, and a year is the longest that an execution lives. */
const LINK_KEPT_SECONDS = 400 * 24 * 60 * 60;

const CALLBACK = 'CALLBACK#';
const LINK = 'LINK#';
const WAIT = 'WAIT#';
/** Links stand between callbacks and waits in the order of sort keys, so that one query finds either of them with the links. */
const CALLBACKS_WITH_LINKS = [CALLBACK, 'LINK$'];
const WAITS_WITH_LINKS = [LINK, 'WAIT$'];

const Link = z.object({ linkedTo: StoryKey });

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

  const updateWait = (wait: WaitKey, input: Omit<UpdateCommandInput, 'TableName' | 'Key'>) =>
    unlessConditionFails(update(waitKey(wait), input));
  const get = async (key: object) =>
    (await client.send(new GetCommand({ TableName: tableName, Key: { ...key }, ConsistentRead: true }))).Item;
  const put = (Item: Record<string, unknown>, condition: Partial<PutCommandInput>) =>
    unlessConditionFails(client.send(new PutCommand({ TableName: tableName, Item, ...condition })));

  return {
    async announceWait({ executionName, jiraStoryId, attempt, waitingSince, expiresAt }) {
      const { Attributes } = await update(noteKey(executionName), {
        UpdateExpression: 'SET waitsOn = :story, attempt = :attempt, notedAt = :at, #ttl = :ttl',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: {
          ':story': jiraStoryId,
          ':attempt': attempt ?? 0,
          ':at': waitingSince,
          ':ttl': epochSeconds(new Date(expiresAt)) + KEPT_AFTER_EXPIRY_SECONDS,
        },
        ReturnValues: 'ALL_NEW',
      });
      return parseInput(ExecutionNote, Attributes, 'waits table');
    },

    async noteEnd(executionName, { endedAs, run, keptUntil }) {
      const { Attributes } = await update(noteKey(executionName), {
        UpdateExpression: 'SET endedAs = :as, endedRun = :run, #ttl = :ttl',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':as': endedAs, ':run': run, ':ttl': epochSeconds(keptUntil) },
        ReturnValues: 'ALL_NEW',
      });
      return parseInput(ExecutionNote, Attributes, 'waits table');
    },

    async putWait(wait) {
      const item = {
        ...wait,
        ...waitKey(wait),
        pendingShard: pendingShard(wait.executionName),
        ttl: epochSeconds(new Date(wait.expiresAt)) + KEPT_AFTER_EXPIRY_SECONDS,
      };
      await put(item, {
        // What does not count its attempts cannot be ordered: any other token is taken for a newer one.
        ConditionExpression: `attribute_not_exists(recordId) OR (attribute_not_exists(attempt) AND taskToken <> :token)${wait.attempt === undefined ? '' : ' OR attempt < :attempt'}`,
        ExpressionAttributeValues: {
          ':token': wait.taskToken,
          ...(wait.attempt !== undefined && { ':attempt': wait.attempt }),
        },
      });
    },

    async wait(key) {
      const item = await get(waitKey(key));
      return item && parseInput(Wait, item, 'waits table');
    },

    async waitsOn(story) {
      const { items, links } = await queryWithLinks(client, tableName, story, WAITS_WITH_LINKS);
      return { waits: items.map((item) => parseInput(Wait, item, 'waits table')), links };
    },

    async callbacksFor(story) {
      const { items, links } = await queryWithLinks(client, tableName, story, CALLBACKS_WITH_LINKS);
      return { callbacks: items.map((item) => parseInput(CallbackRecord, item, 'waits table')), links };
    },

    async link(from, to, at) {
      const ttl = epochSeconds(at) + LINK_KEPT_SECONDS;
      await put({ jiraStoryId: from, recordId: `${LINK}${to}`, linkedTo: to, linkedAt: at.toISOString(), ttl }, {});
    },

    async claim(wait, callback, votes, at) {
      return updateWait(wait, {
        UpdateExpression: `SET #status = :answered, callbackId = :id, callbackStory = :story, outcome = :outcome, actor = :actor, message = :message, answeredAt = :at${callback.issueId === undefined ? '' : ', issueId = :issue'}${votes.length > 0 ? ', votes = :votes' : ''} REMOVE pendingShard`,
        ConditionExpression: `taskToken = :token AND ((#status = :waiting${votes.length > 0 ? ` AND ${votesBefore(votes)}` : ''}) OR (#status = :answered AND callbackId = :id))`,
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':token': wait.taskToken,
          ':waiting': 'WAITING',
          ':answered': 'ANSWERED',
          ':id': callback.callbackId,
          ':story': callback.jiraStoryId,
          ':outcome': callback.outcome,
          ':actor': callback.actor,
          ':message': callback.message,
          ':at': at.toISOString(),
          ...(callback.issueId !== undefined && { ':issue': callback.issueId }),
          ...(votes.length > 0 && { ':votes': votes }),
          ...votesBeforeValue(votes),
        },
      });
    },

    async vote(wait, votes) {
      return updateWait(wait, {
        UpdateExpression: 'SET votes = :votes',
        ConditionExpression: `taskToken = :token AND #status = :waiting AND ${votesBefore(votes)}`,
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':votes': votes,
          ':token': wait.taskToken,
          ':waiting': 'WAITING',
          ...votesBeforeValue(votes),
        },
      });
    },

    async expire(wait, callback, endedAs) {
      await updateWait(wait, {
        UpdateExpression:
          'SET #status = :expired, endedAs = :endedAs REMOVE pendingShard, callbackId, callbackStory, outcome, actor, message, answeredAt',
        ConditionExpression: 'taskToken = :token AND callbackId = :id',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':expired': 'EXPIRED',
          ':endedAs': endedAs,
          ':token': wait.taskToken,
          ':id': callback.callbackId,
        },
      });
    },

    async close(wait, endedAs) {
      return updateWait(wait, {
        UpdateExpression: 'SET #status = :expired, endedAs = :endedAs REMOVE pendingShard',
        ConditionExpression: 'taskToken = :token AND #status = :waiting',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':expired': 'EXPIRED',
          ':endedAs': endedAs,
          ':token': wait.taskToken,
          ':waiting': 'WAITING',
        },
      });
    },

    async noteNotAdmitted(wait, decision) {
      await updateWait(wait, {
        UpdateExpression: 'SET notAdmitted = :decision',
        ConditionExpression: 'taskToken = :token',
        ExpressionAttributeValues: { ':decision': decision, ':token': wait.taskToken },
      });
    },

    async noteMoved(wait, to) {
      await updateWait(wait, {
        UpdateExpression: 'SET movedTo = :to',
        ConditionExpression: 'taskToken = :token',
        ExpressionAttributeValues: { ':to': to, ':token': wait.taskToken },
      });
    },

    async recordCallback(callback, at) {
      const ttl = epochSeconds(at) + options.callbackRetentionSeconds;
      return put(
        { ...acceptedRecord(callback), recordId: `${CALLBACK}${callback.callbackId}`, ttl },
        { ConditionExpression: 'attribute_not_exists(recordId)' },
      );
    },

    async callback(jiraStoryId, callbackId) {
      const item = await get({ jiraStoryId, recordId: `${CALLBACK}${callbackId}` });
      return item && parseInput(CallbackRecord, item, 'waits table');
    },

    async saveCallback({ jiraStoryId, callbackId, revision }, { disposition, answers, finishedAt }) {
      return unlessConditionFails(
        update(
          { jiraStoryId, recordId: `${CALLBACK}${callbackId}` },
          {
            UpdateExpression: `SET disposition = :end, answers = :answers, answered = :answered, revision = :next${finishedAt === undefined ? '' : ', finishedAt = :at'}`,
            ConditionExpression: `attribute_exists(recordId) AND (revision = :seen${revision === 0 ? ' OR attribute_not_exists(revision)' : ''})`,
            ExpressionAttributeValues: {
              ':end': disposition,
              ':answers': answers,
              ':answered': relayedTo(answers),
              ':seen': revision,
              ':next': revision + 1,
              ...(finishedAt !== undefined && { ':at': finishedAt }),
            },
          },
        ),
      );
    },
  };
}

/** The votes that a wait must have for these to continue them: all but the last. They only grow, so their number tells. */
function votesBefore(votes: readonly Vote[]): string {
  return votes.length === 1 ? 'attribute_not_exists(votes)' : 'size(votes) = :before';
}

function votesBeforeValue(votes: readonly Vote[]): Record<string, number> {
  return votes.length > 1 ? { ':before': votes.length - 1 } : {};
}

/** All records of a story in one range of sort keys, and the links in the same range. */
async function queryWithLinks(client: DynamoDBDocumentClient, table: string, story: string, range: readonly string[]) {
  const found = await queryAll(client, table, story, range);
  const isLink = ({ recordId }: Record<string, unknown>) => String(recordId).startsWith(LINK);
  return {
    items: found.filter((item) => !isLink(item)),
    links: found.filter(isLink).map((item) => parseInput(Link, item, 'waits table').linkedTo),
  };
}

async function queryAll(client: DynamoDBDocumentClient, TableName: string, story: string, range: readonly string[]) {
  const [from, to] = range;
  const items: Record<string, unknown>[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'jiraStoryId = :story AND recordId BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':story': story, ':from': from, ':to': to },
        ConsistentRead: true,
        ExclusiveStartKey: start,
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
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

function waitKey({ jiraStoryId, executionName }: Pick<WaitKey, 'jiraStoryId' | 'executionName'>) {
  return { jiraStoryId, recordId: `${WAIT}${executionName}` };
}

/** In a partition of its own, since whoever sees an execution end does not know its story. */
function noteKey(executionName: string) {
  return { jiraStoryId: `EXECUTION#${executionName}`, recordId: 'EXECUTION' };
}

function epochSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
