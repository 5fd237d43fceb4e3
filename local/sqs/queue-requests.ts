import { z } from 'zod';
import { AwsError } from '../gateway/aws-error.ts';
import type { JsonAction } from '../gateway/service.ts';

const text = z.string().nullish();
const integer = z.int().nullish();
const texts = z.array(z.string()).nullish();
const textMap = z.record(z.string(), z.string());
const messageAttribute = z.object({ DataType: z.string(), StringValue: text, BinaryValue: text });
const attributes = z.record(z.string(), messageAttribute).nullish();
const queue = { QueueUrl: z.string() };
/** What SendMessage and an entry of its batch have in common. */
export const message = z.object({
  MessageBody: z.string(),
  DelaySeconds: integer,
  MessageAttributes: attributes,
  MessageSystemAttributes: attributes,
  MessageDeduplicationId: text,
  MessageGroupId: text,
});
export const receipt = z.object({ ReceiptHandle: z.string() });
export const visibility = receipt.extend({ VisibilityTimeout: integer });
export const creation = z.object({ QueueName: z.string(), Attributes: textMap.nullish(), tags: textMap.nullish() });
/** A missing list is an empty one, which has an error of its own. */
const batchOf = (entry: z.ZodObject) =>
  z.object({ ...queue, Entries: z.array(entry.extend({ Id: z.string() })).nullish() });

export type Message = z.output<typeof message>;
export type MessageAttribute = z.output<typeof messageAttribute>;

/** The members of the requests, by action, with the types of SQS's API model. */
const REQUESTS: Readonly<Record<string, z.ZodType>> = {
  CreateQueue: creation,
  DeleteQueue: z.object(queue),
  GetQueueUrl: z.object({ QueueName: z.string(), QueueOwnerAWSAccountId: text }),
  ListQueues: z.object({ QueueNamePrefix: text, NextToken: text, MaxResults: integer }),
  GetQueueAttributes: z.object({ ...queue, AttributeNames: texts }),
  SetQueueAttributes: z.object({ ...queue, Attributes: textMap }),
  PurgeQueue: z.object(queue),
  SendMessage: message.extend(queue),
  SendMessageBatch: batchOf(message),
  ReceiveMessage: z.object({
    ...queue,
    AttributeNames: texts,
    MessageSystemAttributeNames: texts,
    MessageAttributeNames: texts,
    MaxNumberOfMessages: integer,
    VisibilityTimeout: integer,
    WaitTimeSeconds: integer,
    ReceiveRequestAttemptId: text,
  }),
  DeleteMessage: receipt.extend(queue),
  DeleteMessageBatch: batchOf(receipt),
  ChangeMessageVisibility: visibility.extend(queue),
  ChangeMessageVisibilityBatch: batchOf(visibility),
  TagQueue: z.object({ ...queue, Tags: textMap }),
  UntagQueue: z.object({ ...queue, TagKeys: z.array(z.string()) }),
  ListQueueTags: z.object(queue),
  StartMessageMoveTask: z.object({
    SourceArn: z.string(),
    DestinationArn: text,
    MaxNumberOfMessagesPerSecond: integer,
  }),
  ListMessageMoveTasks: z.object({ SourceArn: z.string(), MaxResults: integer }),
  CancelMessageMoveTask: z.object({ TaskHandle: z.string() }),
  ListDeadLetterSourceQueues: z.object({ ...queue, NextToken: text, MaxResults: integer }),
};

/** The same actions, whose requests are checked before anything else, as AWS reads them before it asks who may. */
export function typed(actions: Readonly<Record<string, JsonAction>>): Readonly<Record<string, JsonAction>> {
  const checked = ([name, { requires, run }]: [string, JsonAction]): [string, JsonAction] => [
    name,
    {
      requires: (input) => {
        checkTypes(name, input);
        return requires(input);
      },
      run,
    },
  ];
  return Object.fromEntries(Object.entries(actions).map(checked));
}

/** Checks that a request has the members that it needs and no wrongly typed one. Throws `AwsError` MissingParameter, SerializationException. */
function checkTypes(action: string, input: Readonly<Record<string, unknown>>): void {
  const issue = REQUESTS[action]?.safeParse(input, { reportInput: true }).error?.issues[0];
  if (!issue) return;
  const member = issue.path.join('.');
  if (issue.input === undefined || issue.input === null)
    throw new AwsError('MissingParameter', `The request must contain the parameter ${member}.`);
  throw new AwsError('SerializationException', `The member ${member} has a wrong type. ${issue.message}.`);
}
