import { SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { CliError, ExitCode } from '../errors.ts';
import type { Gate } from '../session.ts';

const QUEUE_NAME = 'storygate-demo-failures';
/** SNS delivers within milliseconds here. */
const DELIVERY_SECONDS = 10;
const Notification = z.object({ Subject: z.string(), Message: z.string() });

/** Where the demo reads what people would get by e-mail: a queue that is subscribed to the failures for as long as it is open. */
export class FailureMailbox {
  readonly #sqs: SQSClient;
  readonly #sns: SNSClient;
  readonly #queueUrl: string;
  readonly #subscriptionArn: string;

  private constructor(sqs: SQSClient, sns: SNSClient, queueUrl: string, subscriptionArn: string) {
    this.#sqs = sqs;
    this.#sns = sns;
    this.#queueUrl = queueUrl;
    this.#subscriptionArn = subscriptionArn;
  }

  static async open({ target, stack }: Gate): Promise<FailureMailbox> {
    const sqs = new SQSClient(target.settings);
    const sns = new SNSClient(target.settings);
    const TopicArn = stack.output('FailureTopicArn');
    const { QueueUrl = '' } = await sqs.send(
      new CreateQueueCommand({ QueueName: QUEUE_NAME, Attributes: { Policy: senderPolicy(TopicArn) } }),
    );
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    const { SubscriptionArn = '' } = await sns.send(
      new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: Attributes?.QueueArn, ReturnSubscriptionArn: true }),
    );
    return new FailureMailbox(sqs, sns, QueueUrl, SubscriptionArn);
  }

  /** Waits for the next notification. Throws `CliError` when none comes. */
  async next(): Promise<{ subject: string; message: string }> {
    const { Messages: [letter] = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({ QueueUrl: this.#queueUrl, WaitTimeSeconds: DELIVERY_SECONDS }),
    );
    if (!letter?.Body)
      throw new CliError(`no notification came within ${DELIVERY_SECONDS} s`, { exitCode: ExitCode.workflowFailed });
    const { Subject, Message } = Notification.parse(JSON.parse(letter.Body));
    return { subject: Subject, message: Message };
  }

  async close(): Promise<void> {
    await this.#sns.send(new UnsubscribeCommand({ SubscriptionArn: this.#subscriptionArn }));
    await this.#sqs.send(new DeleteQueueCommand({ QueueUrl: this.#queueUrl }));
  }
}

function senderPolicy(topicArn: string): string {
  const [, partition, , region, account] = topicArn.split(':');
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: `arn:${partition}:sqs:${region}:${account}:${QUEUE_NAME}`,
        Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
      },
    ],
  });
}
