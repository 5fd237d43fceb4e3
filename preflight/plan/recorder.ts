import { localArn } from '../../local/gateway/arn.ts';
import { functionArn, parseFunctionReference } from '../../local/lambda/function-arn.ts';
import type { JsonObject, Modules } from '../../local/provision/modules.ts';
import type { LocalChecks } from './local-checks.ts';
import type { Origin, Plan, PlannedPolicy } from './plan.ts';

/**
 * Modules that make nothing and write down what provisioning asks of them, once it has passed the checks.
 * @param origin the resource that is being provisioned
 */
export function recorder(plan: Plan, checks: LocalChecks, origin: () => Origin): Modules {
  return {
    iam: recordedIam(plan, origin),
    buckets: {
      put: () => undefined,
      setPolicy: (name, policy) => plan.registry.putResourcePolicy(`arn:aws:s3:::${name}`, policy),
    },
    queues: {
      put: ({ name }) => ({ url: queueUrl(name), arn: localArn('sqs', name) }),
      setPolicy: (url, policy) => plan.registry.putResourcePolicy(queueArn(url), policy),
    },
    topics: {
      put: ({ name }) => ({ arn: localArn('sns', name) }),
      setPolicy: (arn, policy) => plan.registry.putResourcePolicy(arn, policy),
      subscribe: (subscription) => {
        plan.subscriptions.push({ ...subscription, origin: origin() });
        return { arn: `${subscription.topicArn}:subscription` };
      },
    },
    tables: {
      put: (table) => {
        checks.table(table);
        return { arn: localArn('dynamodb', `table/${table.TableName}`) };
      },
    },
    logs: { putLogGroup: () => undefined },
    secrets: {
      putSecret: ({ name }) => ({ arn: localArn('secretsmanager', `secret:${name}-AbCdEf`) }),
      putRotation: (rotation) => {
        checks.rotation(rotation.rules);
        plan.rotations.push({ ...rotation, origin: origin() });
      },
      value: () => '',
    },
    lambda: recordedLambda(plan, checks, origin),
    events: recordedEvents(plan, checks, origin),
    httpApis: recordedApis(plan, checks, origin),
    scheduler: { putGroup: (name) => ({ arn: localArn('scheduler', `schedule-group/${name}`) }) },
    stepFunctions: {
      putStateMachine: (machine) => {
        const arn = localArn('states', `stateMachine:${machine.name}`);
        plan.machines.push({ ...machine, arn, origin: origin() });
        return { arn };
      },
      publishVersion: (arn) => ({ versionArn: `${arn}:1` }),
      putAlias: ({ stateMachineArn, name }) => ({ aliasArn: `${stateMachineArn}:${name}` }),
    },
  };
}

/** Where SQS answers on AWS. */
export function queueUrl(name: string): string {
  return `https://sqs.us-east-1.amazonaws.com/000000000000/${name}`;
}

export function queueArn(url: string): string {
  return localArn('sqs', url.slice(url.lastIndexOf('/') + 1));
}

function recordedIam({ registry, policies }: Plan, origin: () => Origin): Modules['iam'] {
  const managed = new Map<string, Omit<PlannedPolicy, 'roleName'> & { origin: Origin }>();
  const path = ['Properties', 'PolicyDocument'];
  return {
    putRole(role) {
      registry.putRole(role);
      for (const [index, document] of Object.values(role.inlinePolicies ?? {}).entries()) {
        const inline = ['Properties', 'Policies', index, 'PolicyDocument'];
        policies.push({ roleName: role.name, document, path: inline, origin: origin() });
      }
      for (const arn of role.managedPolicyArns ?? []) {
        const policy = managed.get(arn);
        if (policy) policies.push({ roleName: role.name, ...policy });
      }
    },
    putManagedPolicy(arn, document) {
      registry.putManagedPolicy(arn, document);
      managed.set(arn, { document, path, origin: origin() });
    },
    attachPolicy(roleName, name, document) {
      registry.attachPolicy(roleName, name, document);
      policies.push({ roleName, document, path, origin: origin() });
    },
    putResourcePolicy: (arn, document) => registry.putResourcePolicy(arn, document),
    putServicePolicy: (service, name, document) => registry.putServicePolicy(service, name, document),
    trusts: (roleArn, service, sourceArn) => registry.trusts(roleArn, service, sourceArn),
    authorize: () => undefined, // every permission is checked once everything is known
  };
}

function recordedApis(
  { integrations, routes }: Plan,
  { apis }: LocalChecks,
  origin: () => Origin,
): Modules['httpApis'] {
  return {
    putApi: (api) => {
      apis.putApi(api);
      return { endpoint: `https://${api.id}.execute-api.us-east-1.amazonaws.com` };
    },
    putStage: (stage) => apis.putStage(stage),
    putAuthorizer: (authorizer) => apis.putAuthorizer(authorizer),
    putIntegration: (integration) => {
      apis.putIntegration(integration);
      integrations.push({ ...integration, origin: origin() });
    },
    putRoute: (route) => {
      apis.putRoute(route);
      routes.push({ ...route, origin: origin() });
    },
  };
}

function recordedLambda(plan: Plan, { mappings }: LocalChecks, origin: () => Origin): Modules['lambda'] {
  const permissions = new Map<string, JsonObject[]>();
  return {
    putFunction(definition) {
      const arn = localArn('lambda', `function:${definition.name}`);
      plan.functions.push({ ...definition, arn, origin: origin() });
      return { arn };
    },
    putVersion: ({ functionName }) => ({ version: '1', arn: `${normalFunctionArn(functionName)}:1` }),
    putAlias: ({ functionName, name }) => ({ arn: `${normalFunctionArn(functionName)}:${name}` }),
    putPermission(arn, statement) {
      const statements = [...(permissions.get(arn) ?? []), statement];
      permissions.set(arn, statements);
      plan.registry.putResourcePolicy(arn, { Version: '2012-10-17', Statement: statements });
    },
    putEventSourceMapping(mapping) {
      mappings.put(mapping);
      plan.mappings.push({ ...mapping, origin: origin() });
      return { arn: localArn('lambda', `event-source-mapping:${mapping.id}`) };
    },
    putEventInvokeConfig: (config) => void plan.invokeConfigs.push({ ...config, origin: origin() }),
  };
}

/** ARN of a function given by name or ARN, qualified or not. */
export function normalFunctionArn(reference: string): string {
  return functionArn(parseFunctionReference(reference));
}

function recordedEvents(plan: Plan, { rules }: LocalChecks, origin: () => Origin): Modules['events'] {
  return {
    putBus: ({ name }) => {
      rules.putBus({ name });
      return { arn: localArn('events', `event-bus/${name}`) };
    },
    putRule(rule) {
      rules.put(rule);
      const arn = localArn(
        'events',
        rule.busName === 'default' ? `rule/${rule.name}` : `rule/${rule.busName}/${rule.name}`,
      );
      plan.rules.push({ ...rule, arn, origin: origin() });
      return { arn };
    },
    putConnection({ name }) {
      const arn = localArn('events', `connection/${name}/00000000-0000-4000-8000-000000000000`);
      const secretArn = localArn('secretsmanager', `secret:events!connection/${name}/AbCdEf`);
      plan.connectionSecrets.set(arn, secretArn);
      return { arn, secretArn };
    },
    putApiDestination: ({ name }) => ({ arn: localArn('events', `api-destination/${name}`) }),
  };
}
