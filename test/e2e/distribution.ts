import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Fault } from '../../local/faults/fault.ts';
import { eventually } from '../support/eventually.ts';
import { planFaults } from '../support/fault-plan.ts';
import type { Target } from '../support/target.ts';
import { type Ended, Executions } from './executions.ts';

/** The file distribution as its users meet it: a bucket to upload to, buckets that fill, a table, e-mails, events. */
export class Distribution {
  readonly #target: Target;
  readonly s3: S3Client;
  readonly executions: Executions;
  readonly #outputs: Record<string, string>;
  readonly #sfn: SFNClient;
  readonly #sqs: SQSClient;
  readonly #tables: DynamoDBDocumentClient;

  private constructor(target: Target, outputs: Record<string, string>) {
    this.#target = target;
    this.#outputs = outputs;
    this.s3 = new S3Client(target.client);
    this.#sfn = new SFNClient(target.client);
    this.#sqs = new SQSClient(target.client);
    this.#tables = DynamoDBDocumentClient.from(new DynamoDBClient(target.client));
    this.executions = new Executions(this.#sfn, this.output('StateMachineArn'), target.since);
  }

  static async of(target: Target): Promise<Distribution> {
    const { prefix = 'storygate-dev' } = target;
    return new Distribution(target, await target.outputs(`${prefix}-file-distribution`));
  }

  output(key: string): string {
    const value = this.#outputs[key];
    if (value === undefined) throw new Error(`the stack has no output ${key}`);
    return value;
  }

  get source(): string {
    return this.output('SourceBucketName');
  }

  get destinations(): string[] {
    return this.output('DestinationBucketNames').split(',');
  }

  async upload(key: string, Body: string = randomUUID(), more: { Tagging?: string } = {}): Promise<string> {
    const { VersionId } = await this.s3.send(new PutObjectCommand({ Bucket: this.source, Key: key, Body, ...more }));
    if (!VersionId) throw new Error('the bucket is not versioned');
    return VersionId;
  }

  async content(bucket: string, key: string): Promise<string> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToString()) ?? '';
  }

  async start(input: object): Promise<string> {
    const { executionArn = '' } = await this.#sfn.send(
      new StartExecutionCommand({ stateMachineArn: this.output('StateMachineArn'), input: JSON.stringify(input) }),
    );
    return executionArn;
  }

  /** Starts a distribution by hand and waits for its end. */
  async run(input: object, between?: () => Promise<void>): Promise<Ended> {
    return this.executions.ended(await this.start(input), between);
  }

  /** The end of the distribution that an upload of a key that was never uploaded before started. */
  async endOfUpload(key: string, between?: () => Promise<void>): Promise<Ended> {
    const [execution] = await this.executions.startedBy(key, between);
    return this.executions.ended(execution?.executionArn ?? '', between);
  }

  async record(fileKey: string): Promise<Record<string, unknown> | undefined> {
    const Key = { fileKey, sourceBucket: this.source };
    const { Item } = await this.#tables.send(new GetCommand({ TableName: this.output('TrackingTableName'), Key }));
    return Item;
  }

  /** A bucket of someone else, who lets the copy function in if `open`. */
  async foreignBucket(name: string, open: boolean): Promise<string> {
    await this.s3.send(new CreateBucketCommand({ Bucket: name }));
    if (!open) return name;
    const { Role } = await new LambdaClient(this.#target.client).send(
      new GetFunctionConfigurationCommand({ FunctionName: 'storygate-dev-copy-file' }),
    );
    const allowed = { Effect: 'Allow', Principal: { AWS: Role } };
    const statements = [
      { ...allowed, Action: 's3:ListBucket', Resource: `arn:aws:s3:::${name}` },
      { ...allowed, Action: ['s3:GetObject', 's3:PutObject'], Resource: `arn:aws:s3:::${name}/*` },
    ];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    await this.s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy }));
    return name;
  }

  /** A queue that gets every failure notification. Returns how to take the next one. */
  async subscribe(): Promise<() => Promise<{ Subject: string; Message: string }>> {
    const queue = await this.#queue('notifications');
    const TopicArn = this.output('FailureTopicArn');
    const sns = new SNSClient(this.#target.client);
    const { SubscriptionArn } = await sns.send(
      new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queue.arn }),
    );
    this.#target.onStop?.(() => sns.send(new UnsubscribeCommand({ SubscriptionArn })));
    return async () => JSON.parse(await this.#next(queue.url));
  }

  /** A queue that gets every domain event. Returns how to take the next one. */
  async subscribeToEvents(): Promise<() => Promise<{ 'detail-type': string; detail: Record<string, unknown> }>> {
    const queue = await this.#queue('events');
    const events = new EventBridgeClient(this.#target.client);
    const rule = { EventBusName: this.output('EventBusName'), Name: this.#unique('everything') };
    await events.send(new PutRuleCommand({ ...rule, EventPattern: JSON.stringify({ source: ['storygate'] }) }));
    await events.send(
      new PutTargetsCommand({
        EventBusName: rule.EventBusName,
        Rule: rule.Name,
        Targets: [{ Id: 'queue', Arn: queue.arn }],
      }),
    );
    this.#target.onStop?.(async () => {
      await events.send(new RemoveTargetsCommand({ EventBusName: rule.EventBusName, Rule: rule.Name, Ids: ['queue'] }));
      await events.send(new DeleteRuleCommand(rule));
    });
    return async () => JSON.parse(await this.#next(queue.url));
  }

  /** Plans these faults and no others. */
  faults(...faults: Fault[]): Promise<void> {
    return planFaults(String(this.#target.client.endpoint), faults);
  }

  #unique(name: string): string {
    return this.#target.since ? `${name}-${this.#target.since.getTime()}` : name;
  }

  async #queue(name: string): Promise<{ url: string; arn: string }> {
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: ['sns.amazonaws.com', 'events.amazonaws.com'] },
          Action: 'sqs:SendMessage',
          Resource: '*',
        },
      ],
    });
    const created = new CreateQueueCommand({ QueueName: this.#unique(name), Attributes: { Policy } });
    const { QueueUrl = '' } = await this.#sqs.send(created);
    this.#target.onStop?.(() => this.#sqs.send(new DeleteQueueCommand({ QueueUrl })));
    const { Attributes } = await this.#sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    return { url: QueueUrl, arn: Attributes?.QueueArn ?? '' };
  }

  #next(QueueUrl: string): Promise<string> {
    return eventually(`a message in ${QueueUrl}`, async () => {
      const { Messages: [message] = [] } = await this.#sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      if (!message) return undefined;
      await this.#sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
      return message.Body;
    });
  }
}
