import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Fault } from '../../local/faults/fault.ts';
import { deadLetters } from '../../services/callback-relay/dead-letters.ts';
import { eventually } from '../support/eventually.ts';
import { planFaults } from '../support/fault-plan.ts';
import type { LocalRuntime } from '../support/local-runtime.ts';
import { Gate } from './gate.ts';

/** A decision as Jira would post it, with its identity, so that a repetition is the same decision. */
export interface Decision {
  callbackId: string;
  jiraStoryId: string;
  status: 'success' | 'failure';
}

/** What goes wrong meanwhile: something on every service, and the relay killed ten times. */
const FAULTS: Fault[] = [
  ...['dynamodb', 'states', 'sqs', 's3', 'secretsmanager', 'execute-api'].flatMap((service): Fault[] => [
    { kind: 'throttle', service, probability: 0.02 },
    { kind: 'error', service, probability: 0.01 },
    { kind: 'lost-response', service, probability: 0.01 },
  ]),
  { kind: 'error', service: 'events', probability: 0.1 },
  { kind: 'throttle', service: 'lambda', probability: 0.02 },
  { kind: 'duplicate', service: 'sqs', probability: 0.1 },
  { kind: 'duplicate', service: 'events', probability: 0.1 },
  { kind: 'crash', function: 'storygate-*-relay', when: 'before', probability: 0.1, count: 5 },
  { kind: 'crash', function: 'storygate-*-relay', when: 'after', probability: 0.1, count: 5 },
];

/** Many gates at once on a runtime in which everything fails now and then. */
export class Soak {
  readonly gate: Gate;
  readonly runtime: LocalRuntime;
  readonly accepted: Decision[] = [];
  readonly #s3: S3Client;
  readonly #sfn: SFNClient;
  readonly #sqs: SQSClient;
  readonly #table: DynamoDBDocumentClient;
  #secret = '';

  private constructor(runtime: LocalRuntime, gate: Gate) {
    this.runtime = runtime;
    this.gate = gate;
    const settings = { ...runtime.client, maxAttempts: 20 };
    this.#s3 = new S3Client(settings);
    this.#sfn = new SFNClient(settings);
    this.#sqs = new SQSClient(settings);
    this.#table = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
  }

  static async on(runtime: LocalRuntime): Promise<Soak> {
    const soak = new Soak(runtime, await Gate.of(runtime));
    soak.#secret = await soak.gate.webhookSecret();
    await soak.faults(FAULTS);
    return soak;
  }

  faults(faults: Fault[]): Promise<void> {
    return planFaults(this.runtime.endpoint, faults);
  }

  async start(story: string): Promise<void> {
    // No suffix .json: the upload itself starts nothing, so that the execution has a name that is known.
    const object = { bucket: this.gate.bucket, key: `inputs/${story}.txt` };
    const Body = JSON.stringify({ jiraStoryId: story, packageIds: ['pkg-001'] });
    await this.#s3.send(new PutObjectCommand({ Bucket: object.bucket, Key: object.key, Body }));
    const input = JSON.stringify(object);
    const stateMachineArn = this.gate.output('StateMachineArn');
    await this.#sfn.send(new StartExecutionCommand({ stateMachineArn, name: story, input }));
  }

  /** Posts until the webhook has taken it, as Jira does. */
  async decide(decision: Decision): Promise<void> {
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#secret}` },
      body: JSON.stringify({ ...decision, message: '' }),
    };
    await eventually(
      `${decision.callbackId} accepted`,
      async () => {
        const answer = await fetch(this.gate.output('CallbackApiEndpoint'), request).catch(() => undefined);
        if (answer && answer.status >= 400 && answer.status < 500 && answer.status !== 429)
          throw new Error(`${decision.callbackId} was refused: ${answer.status}`);
        return answer?.status === 202 ? true : undefined;
      },
      { deadlineMs: 60_000 },
    );
    this.accepted.push(decision);
  }

  /** Everything in the waits table. */
  async records(): Promise<Record<string, unknown>[]> {
    const records: Record<string, unknown>[] = [];
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const TableName = this.gate.output('WaitsTableName');
      const page = await this.#table.send(new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey }));
      records.push(...(page.Items ?? []));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return records;
  }

  /** Messages in a queue, those in flight included. */
  async left(output: 'CallbackQueueUrl' | 'CallbackDlqUrl'): Promise<number> {
    const { Attributes = {} } = await this.#sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: this.gate.output(output), AttributeNames: ['All'] }),
    );
    const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = Attributes;
    return Number(ApproximateNumberOfMessages) + Number(ApproximateNumberOfMessagesNotVisible);
  }

  /** Sends every dead letter again, as an operator does. */
  async redrive(): Promise<void> {
    await deadLetters({
      client: this.#sqs,
      queueUrl: this.gate.output('CallbackQueueUrl'),
      deadLetterQueueUrl: this.gate.output('CallbackDlqUrl'),
      now: () => new Date(),
    }).redrive({});
  }
}
