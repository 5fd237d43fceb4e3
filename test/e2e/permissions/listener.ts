import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import type { LocalRuntime } from '../../support/local-runtime.ts';

/** A queue that anyone may send to, and everything that has come. */
class Inbox {
  readonly arn: string;
  readonly #sqs: SQSClient;
  readonly #queueUrl: string;
  readonly #bodies: string[] = [];

  private constructor(arn: string, sqs: SQSClient, queueUrl: string) {
    this.arn = arn;
    this.#sqs = sqs;
    this.#queueUrl = queueUrl;
  }

  static async open(name: string, { client }: LocalRuntime): Promise<Inbox> {
    const sqs = new SQSClient(client);
    const arn = `arn:aws:sqs:us-east-1:000000000000:${name}`;
    const statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: arn };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { Policy } }));
    return new Inbox(arn, sqs, QueueUrl);
  }

  async bodies(): Promise<readonly string[]> {
    const QueueUrl = this.#queueUrl;
    const { Messages = [] } = await this.#sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length > 0) {
      this.#bodies.push(...Messages.map(({ Body = '' }) => Body));
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await this.#sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
    return this.#bodies;
  }
}

const DomainEvent = z.object({
  'detail-type': z.string(),
  detail: z.looseObject({ jiraStoryId: z.string().optional() }),
});

/** Hears everything on a bus, as any program would: by a rule, in a queue. */
export class Listener {
  readonly #inbox: Inbox;

  private constructor(inbox: Inbox) {
    this.#inbox = inbox;
  }

  static async on(bus: string, local: LocalRuntime): Promise<Listener> {
    const inbox = await Inbox.open(`heard-${bus}`, local);
    const events = new EventBridgeClient(local.client);
    const rule = { EventBusName: bus, Name: 'heard' };
    await events.send(new PutRuleCommand({ ...rule, EventPattern: JSON.stringify({ source: ['storygate'] }) }));
    const Targets = [{ Id: 'queue', Arn: inbox.arn }];
    await events.send(new PutTargetsCommand({ EventBusName: bus, Rule: rule.Name, Targets }));
    return new Listener(inbox);
  }

  /** Whether a story's event of this type has come; undefined as long as it has not. */
  async heard(type: string, story: string): Promise<true | undefined> {
    const events = (await this.#inbox.bodies()).map((body) => DomainEvent.parse(JSON.parse(body)));
    return events.some((event) => event['detail-type'] === type && event.detail.jiraStoryId === story) || undefined;
  }
}

/** Gets the notifications of a topic, as people do who subscribe. */
export class Subscriber {
  readonly #inbox: Inbox;

  private constructor(inbox: Inbox) {
    this.#inbox = inbox;
  }

  static async to(TopicArn: string, local: LocalRuntime): Promise<Subscriber> {
    const inbox = await Inbox.open(`subscriber-of-${TopicArn.slice(TopicArn.lastIndexOf(':') + 1)}`, local);
    await new SNSClient(local.client).send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: inbox.arn }));
    return new Subscriber(inbox);
  }

  /** Whether a notification with this text has come; undefined as long as none has. */
  async heard(text: string): Promise<true | undefined> {
    return (await this.#inbox.bodies()).some((body) => body.includes(text)) || undefined;
  }
}

/** ARN of the topic of the release gate whose logical id begins so. */
export async function topicOf({ client }: LocalRuntime, idStart: string): Promise<string> {
  const { StackResourceSummaries = [] } = await new CloudFormationClient(client).send(
    new ListStackResourcesCommand({ StackName: 'storygate-dev-release-gate' }),
  );
  const found = StackResourceSummaries.find(
    ({ ResourceType, LogicalResourceId = '' }) =>
      ResourceType === 'AWS::SNS::Topic' && LogicalResourceId.startsWith(idStart),
  );
  return found?.PhysicalResourceId ?? '';
}
