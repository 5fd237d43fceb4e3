import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Puts a callback that the relay has given up into a dead-letter queue. */
export async function putDeadLetter(
  sqs: SQSClient,
  QueueUrl: string | undefined,
  {
    callbackId,
    jiraStoryId,
    reason = 'RETRIES_EXHAUSTED',
  }: { callbackId: string; jiraStoryId: string; reason?: string },
): Promise<void> {
  const at = new Date().toISOString();
  const body = {
    ...{ schemaVersion: 1, callbackId, jiraStoryId, outcome: 'success', actor: { displayName: 'Ada' }, message: '' },
    ...{ source: 'automation', receivedAt: at, decidedAt: at, jira: {} },
  };
  const notes = { reason, error: 'AccessDenied: no', receiveCount: '100', callbackId, jiraStoryId };
  await sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: JSON.stringify(body),
      MessageAttributes: Object.fromEntries(
        Object.entries(notes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      ),
    }),
  );
}
