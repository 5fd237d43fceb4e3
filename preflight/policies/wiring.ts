import { localArn } from '../../local/gateway/arn.ts';
import type { Principal } from '../../local/iam/principal.ts';
import type { RuleTarget } from '../../local/provision/modules.ts';
import type { Origin, Plan } from '../plan/plan.ts';
import { normalFunctionArn } from '../plan/recorder.ts';
import { TRACES } from './role-needs.ts';
import type { Need } from './task-calls.ts';

/** A call that AWS makes because a template wires two resources together. */
export interface Wire {
  origin: Origin;
  /** The property that asks for it: `Targets`. */
  path: readonly (string | number)[];
  principal: Principal;
  need: Need;
}

/** Every call between resources that a template arranges, functions' own code aside. */
export function wiresOf(plan: Plan): Wire[] {
  return [
    ...[...ruleWires(plan), ...queueWires(plan), ...functionWires(plan)],
    ...[...apiWires(plan), ...topicWires(plan), ...rotationWires(plan)],
  ];
}

function ruleWires({ rules }: Plan): Wire[] {
  return rules.flatMap((rule) =>
    rule.targets.flatMap((target, index): Wire[] => {
      const path = ['Properties', 'Targets', index];
      const itself = service('events', rule.arn);
      const roleArn = target.roleArn ?? rule.roleArn;
      const caller = roleArn === undefined ? itself : role(roleArn, rule.name);
      const letters = target.deadLetterArn;
      return [
        ...targetNeeds(target).map((need) => ({ origin: rule.origin, path, principal: caller, need })),
        ...(letters === undefined
          ? []
          : [{ origin: rule.origin, path, principal: itself, need: { action: 'sqs:SendMessage', resource: letters } }]),
      ];
    }),
  );
}

/** One entry a service that rules send to. */
const TARGET_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  lambda: ['lambda:InvokeFunction'],
  sqs: ['sqs:SendMessage'],
  sns: ['sns:Publish'],
  states: ['states:StartExecution'],
  events: ['events:PutEvents'],
  logs: ['logs:CreateLogStream', 'logs:PutLogEvents'],
};

function targetNeeds({ arn }: RuleTarget): Need[] {
  const [, , name = '', , , kind = '', ...rest] = arn.split(':');
  if (kind.startsWith('api-destination/')) return [{ action: 'events:InvokeApiDestination', resource: arn }];
  const resource = name === 'states' ? arn.split(':').slice(0, 7).join(':') : arn;
  if (name === 'logs') return logNeeds(rest[0] ?? '');
  return (TARGET_ACTIONS[name] ?? []).map((action) => ({ action, resource }));
}

function logNeeds(group: string): Need[] {
  const resource = localArn('logs', `log-group:${group}:log-stream:x`);
  return (TARGET_ACTIONS['logs'] ?? []).map((action) => ({ action, resource }));
}

/** Lambda polls a queue as the function's role. */
function queueWires({ mappings, functions }: Plan): Wire[] {
  return mappings.flatMap(({ functionArn, eventSourceArn, origin }) => {
    const polled = functions.find(({ arn }) => arn === withoutQualifier(functionArn));
    if (!polled || !eventSourceArn.startsWith('arn:aws:sqs:')) return [];
    return ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'].map((action) => ({
      origin,
      path: ['Properties', 'EventSourceArn'],
      principal: role(polled.roleArn, polled.name),
      need: { action, resource: eventSourceArn },
    }));
  });
}

/** A function writes its log and its traces, and sends what failed on. */
function functionWires({ functions, invokeConfigs }: Plan): Wire[] {
  return functions.flatMap((own) => {
    const principal = role(own.roleArn, own.name);
    const configs = invokeConfigs.filter(({ functionName }) => withoutQualifier(functionName) === own.arn);
    const logs = logNeeds(own.logGroup ?? `/aws/lambda/${own.name}`);
    return [
      ...logs.map((need) => ({ origin: own.origin, path: ['Properties', 'LoggingConfig'], principal, need })),
      ...(own.tracing === 'Active' ? TRACES : []).map((need) => ({
        origin: own.origin,
        path: ['Properties', 'TracingConfig'],
        principal,
        need,
      })),
      ...destination(own.deadLetterArn).map((need) => ({
        origin: own.origin,
        path: ['Properties', 'DeadLetterConfig'],
        principal,
        need,
      })),
      ...configs.flatMap(({ origin, onSuccessArn, onFailureArn }) =>
        [onSuccessArn, onFailureArn]
          .flatMap(destination)
          .map((need) => ({ origin, path: ['Properties', 'DestinationConfig'], principal, need })),
      ),
    ];
  });
}

function destination(arn: string | undefined): Need[] {
  if (arn === undefined) return [];
  return (TARGET_ACTIONS[arn.split(':')[2] ?? ''] ?? []).map((action) => ({ action, resource: arn }));
}

/** API Gateway calls the function of a route, for that route only. */
function apiWires({ integrations, routes }: Plan): Wire[] {
  return integrations.flatMap(({ apiId, id, uri, roleArn, origin }) => {
    const functionArn = /arn:aws:lambda:[^/]+/.exec(uri)?.[0];
    if (functionArn === undefined) return [];
    return routes
      .filter((route) => route.apiId === apiId && route.integrationId === id)
      .map(({ routeKey }) => {
        const [method = '', path = ''] = routeKey === '$default' ? ['$default', '/'] : routeKey.split(' ');
        const sourceArn = localArn(
          'execute-api',
          `${apiId}/$default/${method === 'ANY' ? '*' : method}${path.replace(/\/$/, '')}`,
        );
        return {
          origin,
          path: ['Properties', 'IntegrationUri'],
          principal: roleArn === undefined ? service('apigateway', sourceArn) : role(roleArn, 'apigateway'),
          need: { action: 'lambda:InvokeFunction', resource: functionArn },
        };
      });
  });
}

function topicWires({ subscriptions }: Plan): Wire[] {
  return subscriptions.flatMap(({ topicArn, protocol, endpoint, origin }) => {
    if (protocol !== 'sqs' && protocol !== 'lambda') return [];
    const path = ['Properties', 'Endpoint'];
    return destination(endpoint).map((need) => ({ origin, path, principal: service('sns', topicArn), need }));
  });
}

/** Secrets Manager calls the function that rotates a secret. */
function rotationWires({ rotations }: Plan): Wire[] {
  return rotations.map(({ secretId, functionArn, origin }) => ({
    origin,
    path: ['Properties', 'RotationLambdaARN'],
    principal: service('secretsmanager', secretId),
    need: { action: 'lambda:InvokeFunction', resource: functionArn },
  }));
}

function withoutQualifier(reference: string): string {
  return normalFunctionArn(reference).split(':').slice(0, 7).join(':');
}

function service(name: string, sourceArn: string): Principal {
  return { kind: 'service', service: `${name}.amazonaws.com`, sourceArn };
}

function role(roleArn: string, sessionName: string): Principal {
  return { kind: 'role', roleArn, sessionName };
}
