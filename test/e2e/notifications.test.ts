import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { eventually } from '../support/eventually.ts';
import { type LocalRuntime, startLocalRuntime } from '../support/local-runtime.ts';
import { Gate } from './gate.ts';

const envelope = z.object({
  Subject: z.string(),
  Message: z.string(),
  MessageAttributes: z.record(z.string(), z.object({ Value: z.string() })),
});

let runtime: LocalRuntime;
let gate: Gate;
let sqs: SQSClient;
beforeAll(async () => {
  runtime = await startLocalRuntime({ args: ['--stack', 'storygate-dev-release-gate'] });
  gate = await Gate.of(runtime);
  sqs = new SQSClient(runtime.client);
}, 60_000);
afterAll(() => runtime?.stop());

/** A queue that gets the notifications of some kinds. */
async function subscribe(name: string, kinds: string[]): Promise<string> {
  const TopicArn = gate.output('NotificationTopicArn');
  const Statement = [
    {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: '*',
      Condition: { ArnEquals: { 'aws:SourceArn': TopicArn } },
    },
  ];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { Policy } }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  await new SNSClient(runtime.client).send(
    new SubscribeCommand({
      TopicArn,
      Protocol: 'sqs',
      Endpoint: Attributes?.QueueArn,
      Attributes: { FilterPolicy: JSON.stringify({ kind: kinds }) },
    }),
  );
  return QueueUrl;
}

function received(QueueUrl: string): Promise<z.infer<typeof envelope>> {
  return eventually('a notification', async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    return Messages[0] && envelope.parse(JSON.parse(Messages[0].Body ?? ''));
  });
}

test('a rejection reaches those who asked for rejections, in words', async () => {
  const rejections = await subscribe('rejections', ['rejection']);
  const failures = await subscribe('failures', ['failure']);
  const rejected = await gate.startBy({ jiraStoryId: 'PROJ-1', packageIds: ['pkg-001'] });
  await gate.waiting(rejected.arn);
  await gate.callback({ jiraStoryId: 'PROJ-1', status: 'failure', message: 'not today' });
  await gate.startBy({ jiraStoryId: 'PROJ-2', packageIds: ['fail-validation'] });

  const rejection = await received(rejections);
  expect(rejection.Subject).toBe('storygate-dev: PROJ-1 was rejected');
  expect(rejection.Message).toMatch(/^PROJ-1 was rejected\n\nStory: PROJ-1\nReason: PROJ-1 was rejected.*not today\n/);
  expect(rejection.MessageAttributes['project']?.Value).toBe('PROJ');
  const failure = await received(failures);
  expect(failure.Subject).toBe('storygate-dev: The workflow of PROJ-2 failed');
  expect(failure.Message).toContain('State: CallValidation\n');
});
