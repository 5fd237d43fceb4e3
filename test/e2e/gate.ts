import { randomUUID } from 'node:crypto';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type ExecutionListItem, type HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import { eventually } from '../support/eventually.ts';
import type { Target } from '../support/target.ts';
import { type Ended, Executions } from './executions.ts';

/** The release gate as its users meet it: a bucket to drop files into, a URL that Jira posts to, executions to watch. */
export class Gate {
  readonly #target: Target;
  readonly outputs: Record<string, string>;
  readonly s3: S3Client;
  readonly sfn: SFNClient;
  readonly #secrets: SecretsManagerClient;
  readonly #executions: Executions;

  private constructor(target: Target, outputs: Record<string, string>) {
    this.#target = target;
    this.outputs = outputs;
    this.s3 = new S3Client(target.client);
    this.sfn = new SFNClient(target.client);
    this.#secrets = new SecretsManagerClient(target.client);
    this.#executions = new Executions(this.sfn, this.output('StateMachineArn'), target.since);
    target.onStop?.(() => this.#executions.stopAll());
  }

  static async of(target: Target): Promise<Gate> {
    return new Gate(target, await target.outputs(`${prefixOf(target)}-release-gate`));
  }

  get bucket(): string {
    return this.output('S3BucketName');
  }

  output(key: string): string {
    const value = this.outputs[key];
    if (value === undefined) throw new Error(`the stack has no output ${key}`);
    return value;
  }

  /** Drops a file into `inputs/`; returns its key and version. A string is uploaded as it is. */
  async upload(content: unknown, key = `inputs/${randomUUID()}.json`): Promise<{ key: string; versionId: string }> {
    const Body = typeof content === 'string' ? content : JSON.stringify(content);
    const { VersionId } = await this.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body }));
    if (!VersionId) throw new Error('the bucket is not versioned');
    return { key, versionId: VersionId };
  }

  /** Delivers the event of an upload to the function that starts workflows, once more than EventBridge did. */
  async deliverObjectCreated({ key, versionId }: { key: string; versionId: string }): Promise<void> {
    const detail = {
      version: '0',
      bucket: { name: this.bucket },
      object: { key, 'version-id': versionId, sequencer: '01' },
    };
    const event = { version: '0', id: randomUUID(), source: 'aws.s3', 'detail-type': 'Object Created', detail };
    const { FunctionError, Payload } = await new LambdaClient(this.#target.client).send(
      new InvokeCommand({ FunctionName: `${prefixOf(this.#target)}-start-workflow`, Payload: JSON.stringify(event) }),
    );
    if (FunctionError) throw new Error(`start-workflow failed: ${Payload?.transformToString()}`);
  }

  executions(): Promise<ExecutionListItem[]> {
    return this.#executions.list();
  }

  history(executionArn: string): Promise<HistoryEvent[]> {
    return this.#executions.history(executionArn);
  }

  /** The executions that an upload started, once there is at least one. Newest first. */
  startedBy(upload: { versionId: string }, between?: () => Promise<void>): Promise<ExecutionListItem[]> {
    return this.#executions.startedBy(upload.versionId, between);
  }

  async startBy(content: unknown, key?: string): Promise<{ arn: string; name: string }> {
    const [execution] = await this.startedBy(await this.upload(content, key));
    if (!execution?.executionArn || !execution.name) throw new Error('an execution without ARN or name');
    return { arn: execution.executionArn, name: execution.name };
  }

  /** Resolves once the execution has handed its token to a function and waits for it. */
  async waiting(arn: string, between?: () => Promise<void>): Promise<void> {
    await eventually(
      `${arn} waiting for its callback`,
      async () => {
        const events = await this.history(arn);
        const entered = events.findLast(({ type }) => type === 'TaskStateEntered')?.stateEnteredEventDetails?.name;
        if (events.some(({ type }) => type?.startsWith('Execution') && type !== 'ExecutionStarted'))
          throw new Error(`${arn} ended before it waited: ${JSON.stringify(events.at(-1))}`);
        return entered === 'WaitForCallback' && events.some(({ type }) => type === 'TaskSubmitted') ? true : undefined;
      },
      between ? { between } : {},
    );
  }

  /** The end of an execution: its status and last event. */
  ended(arn: string, between?: () => Promise<void>): Promise<Ended> {
    return this.#executions.ended(arn, between);
  }

  async webhookSecret(): Promise<string> {
    const { SecretString = '{}' } = await this.#secrets.send(
      new GetSecretValueCommand({ SecretId: this.output('WebhookSecretArn') }),
    );
    return JSON.parse(SecretString).current;
  }

  /** Posts to the webhook as Jira Automation does. */
  async callback(
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(this.output('CallbackApiEndpoint'), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await this.webhookSecret()}`,
        ...headers,
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: JSON.parse(await response.text()) };
  }

  async text(key: string): Promise<string> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    return (await Body?.transformToString()) ?? '';
  }

  async json(key: string): Promise<unknown> {
    return JSON.parse(await this.text(key));
  }

  async keys(prefix: string): Promise<string[]> {
    const { Contents = [] } = await this.s3.send(new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix }));
    return Contents.map(({ Key = '' }) => Key);
  }
}

const prefixOf = ({ prefix = 'storygate-dev' }: Target) => prefix;
