import { localArn } from '../../local/gateway/arn.ts';
import { isObject, type JsonObject } from '../../local/step-functions/json.ts';
import { normalFunctionArn, queueArn } from '../plan/recorder.ts';

/**
 * The ARN that a call is on, as far as its arguments tell before they are evaluated. Undefined: an expression makes it.
 * @param action IAM action, `s3:GetObject`
 */
export function resourceOf(action: string, taskArguments: unknown): string | undefined {
  const given = isObject(taskArguments) ? taskArguments : {};
  const service = action.slice(0, action.indexOf(':'));
  return RESOURCES[service]?.(given, action);
}

type ResourceOf = (given: JsonObject, action: string) => string | undefined;

const RESOURCES: Readonly<Record<string, ResourceOf>> = {
  s3: (given, action) => {
    const bucket = literal(given['Bucket']);
    if (bucket === undefined) return undefined;
    if (!/Object/.test(action)) return `arn:aws:s3:::${bucket}`;
    const key = literal(given['Key']);
    return key === undefined ? undefined : `arn:aws:s3:::${bucket}/${key}`;
  },
  dynamodb: (given) =>
    map(given['TableName'], (name) => (name.startsWith('arn:') ? name : localArn('dynamodb', `table/${name}`))),
  sqs: (given) => map(given['QueueUrl'], queueArn),
  sns: (given) => literal(given['TopicArn']),
  lambda: (given) => map(given['FunctionName'], normalFunctionArn),
  // Calls on an alias or version are authorized on the machine itself.
  states: (given) => map(given['StateMachineArn'], (arn) => arn.split(':').slice(0, 7).join(':')),
  secretsmanager: (given) => map(given['SecretId'], (id) => (id.startsWith('arn:') ? id : undefined)),
  events: (given) => eventBus(given['Entries']),
};

function eventBus(entries: unknown): string | undefined {
  if (!Array.isArray(entries)) return undefined;
  const [entry]: unknown[] = entries;
  const bus = isObject(entry) ? (entry['EventBusName'] ?? 'default') : undefined;
  return map(bus, (name) => (name.startsWith('arn:') ? name : localArn('events', `event-bus/${name}`)));
}

function map(value: unknown, convert: (text: string) => string | undefined): string | undefined {
  const text = literal(value);
  return text === undefined ? undefined : convert(text);
}

/** A text that is neither an expression nor a path. */
function literal(value: unknown): string | undefined {
  return typeof value === 'string' && !value.startsWith('{%') && !value.startsWith('$') ? value : undefined;
}
