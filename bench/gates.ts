import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { executionName } from '../services/ingest/execution-name.ts';
import { GateEvents } from './gate-events.ts';
import { perSecond } from './lanes.ts';
import type { MeasuredRuntime } from './measured-runtime.ts';

/** Run before it counts. V8 compiles what runs often, in each of ten functions for itself: until here gates become faster. */
const WARM = 1_000;

/** Release gates a second, from the uploaded file over the callback to the result. */
export async function gates(runtime: MeasuredRuntime, total: number, inFlight: number): Promise<number> {
  const gate = await ReleaseGate.of(runtime);
  const started = Date.now();
  await perSecond(WARM, inFlight, (index) => gate.run(`WARM${started}-${index + 1}`));
  const rate = await perSecond(total, inFlight, (index) => gate.run(`BENCH${started}-${index + 1}`));
  gate.close();
  return rate;
}

class ReleaseGate {
  readonly #outputs: Readonly<Record<string, string>>;
  readonly #authorization: string;
  readonly #s3: S3Client;
  readonly #events: GateEvents;

  private constructor(
    runtime: MeasuredRuntime,
    outputs: Readonly<Record<string, string>>,
    authorization: string,
    events: GateEvents,
  ) {
    this.#outputs = outputs;
    this.#authorization = authorization;
    this.#s3 = new S3Client({ ...runtime.client, forcePathStyle: true });
    this.#events = events;
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
    const events = await GateEvents.subscribe(runtime, outputs['EventBusName'] ?? '');
    return new ReleaseGate(runtime, outputs, `Bearer ${JSON.parse(SecretString).current}`, events);
  }

  async run(story: string): Promise<void> {
    const upload = { Bucket: this.#output('S3BucketName'), Key: `inputs/${story}.json` };
    const Body = JSON.stringify({ jiraStoryId: story, packageIds: ['pkg-001', 'pkg-002'] });
    const { VersionId = '' } = await this.#s3.send(new PutObjectCommand({ ...upload, Body }));
    const name = executionName(upload.Key, [upload.Bucket, upload.Key, VersionId]);
    const succeeded = this.#events.succeeded(name);
    await Promise.race([this.#events.waiting(story), succeeded]); // a gate that fails before it waits fails the bench
    await this.#callback(story);
    await succeeded;
  }

  close(): void {
    this.#events.close();
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
