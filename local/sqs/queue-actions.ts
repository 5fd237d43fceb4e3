/** What a queue action needs besides its name: fauxqs's module where it has one, and the permission on the queue. */
export interface QueueActionEntry {
  /** IAM action on the queue of the request: batches need the permission of the single action. */
  permission: string;
}

const needs = (permission: string): QueueActionEntry => ({ permission: `sqs:${permission}` });

/** The actions that fauxqs runs; its modules are named after them. */
export const FAUXQS_ACTIONS: Readonly<Record<string, QueueActionEntry>> = {
  CreateQueue: needs('CreateQueue'),
  DeleteQueue: needs('DeleteQueue'),
  GetQueueUrl: needs('GetQueueUrl'),
  ListQueues: needs('ListQueues'),
  GetQueueAttributes: needs('GetQueueAttributes'),
  SetQueueAttributes: needs('SetQueueAttributes'),
  PurgeQueue: needs('PurgeQueue'),
  SendMessage: needs('SendMessage'),
  SendMessageBatch: needs('SendMessage'),
  ReceiveMessage: needs('ReceiveMessage'),
  DeleteMessage: needs('DeleteMessage'),
  DeleteMessageBatch: needs('DeleteMessage'),
  ChangeMessageVisibility: needs('ChangeMessageVisibility'),
  ChangeMessageVisibilityBatch: needs('ChangeMessageVisibility'),
  TagQueue: needs('TagQueue'),
  UntagQueue: needs('UntagQueue'),
  ListQueueTags: needs('ListQueueTags'),
};

/** AWS's defaults for what a template leaves out (seconds, bytes). */
export const DEFAULT_ATTRIBUTES: Readonly<Record<string, string>> = {
  VisibilityTimeout: '30',
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
};
