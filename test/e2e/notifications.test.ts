import { SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { eventually } from '../support/eventually.ts';
import { type AnyTarget, startTarget } from '../support/target.ts';
import { onAws } from '../support/test-target.ts';
import { Gate } from './gate.ts';

const envelope = z.object({
  Subject: z.string(),
  Message: z.string(),
  MessageAttributes: z.record(z.string(), z.object({ Value: z.string() })),
});

let target: AnyTarget;
let gate: Gate;
let sqs: SQSClient;
beforeAll(async () => {
  target = await startTarget({ args: ['--stack', 'storygate-dev-release-gate'] });
  gate = await Gate.of(target);
  sqs = new SQSClient(target.client);
}, 60_000);
afterAll(() => target?.stop());

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
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: `${target.prefix}-test-${name}${target.run}`, Attributes: { Policy } }),
  );
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  target.onStop?.(() => sqs.send(new DeleteQueueCommand({ QueueUrl })));
  const sns = new SNSClient(target.client);
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: 'sqs',
      Endpoint: Attributes?.QueueArn,
      Attributes: { FilterPolicy: JSON.stringify({ kind: kinds }) },
    }),
  );
  target.onStop?.(() => sns.send(new UnsubscribeCommand({ SubscriptionArn })));
  return QueueUrl;
}

function received(QueueUrl: string, kind: string): Promise<z.infer<typeof envelope>> {
  return eventually(`a notification of the kind ${kind}`, async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    const all = Messages.map(({ Body = '' }) => envelope.parse(JSON.parse(Body)));
    // In AWS it may take a quarter of an hour until a new filter is in force everywhere.
    return onAws ? all.find(({ MessageAttributes }) => MessageAttributes['kind']?.Value === kind) : all[0];
  });
}

test('a rejection reaches those who asked for rejections, in words', async () => {
  const [first, second] = [`${target.project}-1`, `${target.project}-2`];
  const rejections = await subscribe('rejections', ['rejection']);
  const failures = await subscribe('failures', ['failure']);
  const rejected = await gate.startBy({ jiraStoryId: first, packageIds: ['pkg-001'] });
  await gate.waiting(rejected.arn);
  await gate.callback({ jiraStoryId: first, status: 'failure', message: 'not today' });
  await gate.startBy({ jiraStoryId: second, packageIds: ['fail-validation'] });

  const rejection = await received(rejections, 'rejection');
  expect(rejection.Subject).toBe(`${target.prefix}: ${first} was rejected`);
  expect(rejection.Message).toMatch(
    new RegExp(`^${first} was rejected\n\nStory: ${first}\nReason: ${first} was rejected.*not today\n`),
  );
  expect(rejection.MessageAttributes['project']?.Value).toBe(target.project);
  const failure = await received(failures, 'failure');
  expect(failure.Subject).toBe(`${target.prefix}: The workflow of ${second} failed`);
  expect(failure.Message).toContain('State: CallValidation\n');
});
