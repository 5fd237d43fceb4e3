import { sdkClientOf } from './catalogue.ts';
import type { IntegrationContext } from './integration.ts';
import { SESSION_NAME } from './session.ts';

/** A service of `aws-sdk:<service>:<action>`. */
export interface SdkService {
  /** The service's name in resource ARNs; see `sdkClientOf`. */
  service: string;
  /** How Step Functions prefixes errors, after the service's id in the Java SDK. */
  prefix: string;
  /** The API's member names begin in lower case; Step Functions writes them with a capital. */
  lowerCase?: boolean;
}

/** Services that have a client here, by their name in resource ARNs. */
export const SDK_SERVICES: Readonly<Record<string, SdkService>> = {
  cloudformation: { service: 'cloudformation', prefix: 'CloudFormation' },
  cloudwatchlogs: { service: 'cloudwatchlogs', prefix: 'CloudWatchLogs', lowerCase: true },
  dynamodb: { service: 'dynamodb', prefix: 'DynamoDb' },
  eventbridge: { service: 'eventbridge', prefix: 'EventBridge' },
  lambda: { service: 'lambda', prefix: 'Lambda' },
  s3: { service: 's3', prefix: 'S3' },
  secretsmanager: { service: 'secretsmanager', prefix: 'SecretsManager' },
  sfn: { service: 'sfn', prefix: 'Sfn', lowerCase: true },
  sns: { service: 'sns', prefix: 'Sns' },
  sqs: { service: 'sqs', prefix: 'Sqs' },
  sts: { service: 'sts', prefix: 'Sts' },
};

/** The parts of an SDK client that are used, whatever the service. */
interface SdkClient {
  send(command: unknown, options?: { abortSignal?: AbortSignal }): Promise<object>;
  destroy(): void;
}

type SdkModule = Record<string, new (input: object) => object>;

export function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

const clients = new WeakMap<IntegrationContext, Map<string, SdkClient>>();

/** Sends one command to the gateway, signed with the key of `roleArn`. Throws what the SDK throws. */
export async function send(
  context: IntegrationContext,
  service: SdkService,
  request: { action: string; input: object; roleArn: string; signal: AbortSignal },
): Promise<object> {
  // The package's exports are known by naming convention only; the command was seen when the machine was created.
  const module: SdkModule = await import(sdkClientOf(service.service) ?? '');
  const Command = module[`${pascal(request.action)}Command`];
  if (!Command) throw new TypeError(`the SDK client ${service.service} has no command for ${request.action}`);
  const client = clientOf(context, service, module, request.roleArn);
  return client.send(new Command(request.input), { abortSignal: request.signal });
}

function clientOf(context: IntegrationContext, service: SdkService, module: SdkModule, roleArn: string): SdkClient {
  const cached = clients.get(context) ?? new Map<string, SdkClient>();
  clients.set(context, cached);
  const key = `${service.service} ${roleArn}`;
  let client = cached.get(key);
  if (!client) {
    client = newClient(context, module, roleArn);
    cached.set(key, client);
  }
  return client;
}

function newClient(context: IntegrationContext, module: SdkModule, roleArn: string): SdkClient {
  const Client = Object.entries(module).find(([name]) => /^(?!__).+Client$/.test(name))?.[1];
  const client = Client && new Client(configuration(context, roleArn));
  if (!client || !isClient(client)) throw new TypeError('the SDK package exports no client');
  return client;
}

function configuration(context: IntegrationContext, roleArn: string): object {
  return {
    endpoint: context.tasks.endpoint(),
    region: 'us-east-1',
    credentials: context.iam.accessKeyOf(roleArn, SESSION_NAME),
    maxAttempts: 1, // Retry is the state's
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  };
}

function isClient(value: object): value is SdkClient {
  return 'send' in value && 'destroy' in value;
}

/** Closes the connections of all clients of a runtime. */
export function closeClients(context: IntegrationContext): void {
  for (const client of clients.get(context)?.values() ?? []) client.destroy();
  clients.delete(context);
}
