import { setTimeout } from 'node:timers/promises';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { executionName } from '../services/ingest/execution-name.ts';
import { ended } from './executions.ts';
import { perSecond } from './lanes.ts';
import type { MeasuredRuntime } from './measured-runtime.ts';

/** How often a lane looks for its wait and its result: sixteen that do nothing else would take a core for themselves. */
const POLL_MS = 50;

/** Release gates a second, from the uploaded file over the callback to the result. */
export async function gates(runtime: MeasuredRuntime, total: number, inFlight: number): Promise<number> {
  const gate = await ReleaseGate.of(runtime);
  const started = Date.now();
  await perSecond(2 * inFlight, inFlight, (index) => gate.run(`WARM${started}-${index + 1}`));
  return perSecond(total, inFlight, (index) => gate.run(`BENCH${started}-${index + 1}`));
}

class ReleaseGate {
  readonly #outputs: Readonly<Record<string, string>>;
  readonly #authorization: string;
  readonly #s3: S3Client;
  readonly #sfn: SFNClient;
  readonly #dynamodb: DynamoDBClient;

  private constructor(runtime: MeasuredRuntime, outputs: Readonly<Record<string, string>>, authorization: string) {
    this.#outputs = outputs;
    this.#authorization = authorization;
    this.#s3 = new S3Client({ ...runtime.client, forcePathStyle: true });
    this.#sfn = new SFNClient(runtime.client);
    this.#dynamodb = new DynamoDBClient(runtime.client);
  }

  static async of(runtime: MeasuredRuntime): Promise<ReleaseGate> {
    const describe = new DescribeStacksCommand({ StackName: 'storygate-dev-release-gate' });
    const { Stacks } = await new CloudFormationClient(runtime.client).send(describe);
    const outputs = Object.fromEntries(
      (Stacks?.[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    );
    const { SecretString = '{}' } = await new SecretsManagerClient(runtime.client).send(
      new GetSecretValueCommand({ SecretId: outputs['WebhookSecretArn'] }),
    );
    return new ReleaseGate(runtime, outputs, `Bearer ${JSON.parse(SecretString).current}`);
  }

  async run(story: string): Promise<void> {
    const upload = { Bucket: this.#output('S3BucketName'), Key: `inputs/${story}.json` };
    const Body = JSON.stringify({ jiraStoryId: story, packageIds: ['pkg-001', 'pkg-002'] });
    const { VersionId = '' } = await this.#s3.send(new PutObjectCommand({ ...upload, Body }));
    const name = executionName(upload.Key, [upload.Bucket, upload.Key, VersionId]);
    await this.#waiting(story, name);
    await this.#callback(story);
    const machine = this.#output('StateMachineArn').split(':')[6];
    await ended(this.#sfn, `arn:aws:states:us-east-1:000000000000:execution:${machine}:${name}`, POLL_MS);
  }

  async #waiting(story: string, name: string): Promise<void> {
    const Key = { jiraStoryId: { S: story }, recordId: { S: `WAIT#${name}` } };
    for (;;) {
      const { Item } = await this.#dynamodb.send(
        new GetItemCommand({ TableName: this.#output('WaitsTableName'), Key, ConsistentRead: true }),
      );
      if (Item) return;
      await setTimeout(POLL_MS);
    }
  }

  async #callback(story: string): Promise<void> {
    const response = await fetch(this.#output('CallbackApiEndpoint'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: this.#authorization },
      body: JSON.stringify({ jiraStoryId: story, status: 'success', message: 'bench' }),
    });
    if (response.status !== 202) throw new Error(`the callback was answered ${response.status}`);
    await response.text();
  }

  #output(key: string): string {
    const value = this.#outputs[key];
    if (value === undefined) throw new Error(`the stack has no output ${key}`);
    return value;
  }
}
