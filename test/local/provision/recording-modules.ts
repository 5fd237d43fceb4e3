import { createHash } from 'node:crypto';
import { RoleRegistry } from '../../../local/iam/role-registry.ts';
import type { Modules } from '../../../local/provision/modules.ts';

/** A call of provisioning to a part of the runtime. */
export interface Call {
  /** `queues.put` */
  member: string;
  arguments: unknown[];
}

/**
 * Stands for the parts of the runtime that hold data: writes down what provisioning asks for and answers with ARNs as
 * AWS forms them. IAM is the real one.
 */
export function recordingModules(secrets: Record<string, string> = {}) {
  const calls: Call[] = [];
  const iam = new RoleRegistry({ clock: { now: () => Date.parse('2026-01-01T00:00:00Z') } });
  const record = <Input, Output>(member: string, answer: (input: Input) => Output) => {
    return (input: Input, ...more: unknown[]): Output => {
      calls.push({ member, arguments: more.length > 0 ? [input, ...more] : [input] });
      return answer(input);
    };
  };
  const none = () => undefined;
  const modules: Modules = {
    iam,
    buckets: { put: record('buckets.put', none), setPolicy: record('buckets.setPolicy', none) },
    queues: {
      put: record('queues.put', ({ name }: { name: string }) => ({
        url: `http://127.0.0.1:4566/000000000000/${name}`,
        arn: arn('sqs', name),
      })),
      setPolicy: record('queues.setPolicy', none),
    },
    topics: {
      put: record('topics.put', ({ name }: { name: string }) => ({ arn: arn('sns', name) })),
      setPolicy: record('topics.setPolicy', none),
      subscribe: record('topics.subscribe', ({ topicArn }: { topicArn: string }) => ({ arn: `${topicArn}:1` })),
    },
    tables: {
      put: record('tables.put', ({ TableName }: { TableName: string }) => ({
        arn: arn('dynamodb', `table/${TableName}`),
      })),
    },
    logs: { putLogGroup: record('logs.putLogGroup', none) },
    secrets: {
      putSecret: record('secrets.putSecret', ({ name, secretString }) => {
        const secretArn = arn('secretsmanager', `secret:${name}-AbCdEf`);
        secrets[secretArn] ??= typeof secretString === 'function' ? secretString() : (secretString ?? '');
        return { arn: secretArn };
      }),
      putRotation: record('secrets.putRotation', none),
      value: (id) => {
        const value = secrets[id];
        if (value === undefined) throw new Error(`no secret ${id}`);
        return value;
      },
    },
    lambda: {
      putFunction: record('lambda.putFunction', ({ name }: { name: string }) => ({
        arn: arn('lambda', `function:${name}`),
      })),
      putVersion: record('lambda.putVersion', ({ functionName }: { functionName: string }) => ({
        version: '1',
        arn: arn('lambda', `function:${functionName}:1`),
      })),
      putAlias: record('lambda.putAlias', ({ functionName, name }: { functionName: string; name: string }) => ({
        arn: arn('lambda', `function:${functionName}:${name}`),
      })),
      putPermission: record('lambda.putPermission', none),
      putEventSourceMapping: record('lambda.putEventSourceMapping', ({ id }: { id: string }) => ({
        arn: arn('lambda', `event-source-mapping:${id}`),
      })),
      putEventInvokeConfig: record('lambda.putEventInvokeConfig', none),
    },
    events: {
      putBus: record('events.putBus', ({ name }: { name: string }) => ({ arn: arn('events', `event-bus/${name}`) })),
      putRule: record('events.putRule', ({ name }: { name: string }) => ({ arn: arn('events', `rule/${name}`) })),
      putConnection: record('events.putConnection', ({ name }: { name: string }) => ({
        arn: arn('events', `connection/${name}/${uuid(name)}`),
        secretArn: arn('secretsmanager', `secret:events!connection/${name}-AbCdEf`),
      })),
      putApiDestination: record('events.putApiDestination', ({ name }: { name: string }) => ({
        arn: arn('events', `api-destination/${name}/${uuid(name)}`),
      })),
    },
    httpApis: {
      putApi: record('httpApis.putApi', ({ id }: { id: string }) => ({
        endpoint: `http://127.0.0.1:4566/_apis/${id}`,
      })),
      putStage: record('httpApis.putStage', none),
      putIntegration: record('httpApis.putIntegration', none),
      putAuthorizer: record('httpApis.putAuthorizer', none),
      putRoute: record('httpApis.putRoute', none),
    },
    scheduler: {
      putGroup: record('scheduler.putGroup', (name: string) => ({ arn: arn('scheduler', `schedule-group/${name}`) })),
    },
    stepFunctions: {
      putStateMachine: record('stepFunctions.putStateMachine', ({ name }: { name: string }) => ({
        arn: arn('states', `stateMachine:${name}`),
      })),
      publishVersion: record('stepFunctions.publishVersion', (machine: string) => ({ versionArn: `${machine}:1` })),
      putAlias: record(
        'stepFunctions.putAlias',
        ({ stateMachineArn, name }: { stateMachineArn: string; name: string }) => ({
          aliasArn: `${stateMachineArn}:${name}`,
        }),
      ),
    },
  };
  const callsOf = (member: string) => calls.filter((call) => call.member === member).map((call) => call.arguments);
  return { modules, iam, calls, callsOf };
}

function arn(service: string, resource: string): string {
  return `arn:aws:${service}:us-east-1:000000000000:${resource}`;
}

function uuid(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 8);
}
