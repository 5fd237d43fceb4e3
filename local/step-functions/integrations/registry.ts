import { awsSdk } from './aws-sdk.ts';
import { type IntegrationPattern, integrationOf } from './catalogue.ts';
import { dynamodb } from './dynamodb.ts';
import { eventBridge } from './event-bridge.ts';
import { httpInvoke } from './http-invoke.ts';
import type { Integration } from './integration.ts';
import { lambdaFunction } from './lambda-function.ts';
import { lambdaInvoke } from './lambda-invoke.ts';
import { sns } from './sns.ts';
import { sqs } from './sqs.ts';
import { stepFunctions } from './step-functions.ts';

/** A Task's Resource, taken apart, with what runs it here. */
export interface TaskResource {
  integration: Integration;
  action: string;
  pattern: IntegrationPattern;
  /** As history events show it: `invoke.waitForTaskToken`. */
  resource: string;
}

/** Optimized integrations that run here, by the service's name in the resource ARN. A new one is a file and a line here. */
const OPTIMIZED: Readonly<Record<string, Integration>> = {
  lambda: lambdaInvoke,
  http: httpInvoke,
  dynamodb,
  sns,
  sqs,
  events: eventBridge,
  states: stepFunctions,
};

const resolved = new Map<string, TaskResource | undefined>();

/** What a Resource means here; undefined when AWS does not know it, or when nothing runs it locally. */
export function resolveResource(resource: string): TaskResource | undefined {
  if (!resolved.has(resource)) resolved.set(resource, resolve(resource));
  return resolved.get(resource);
}

function resolve(resource: string): TaskResource | undefined {
  const known = integrationOf(resource);
  if (!known || known.kind === 'activity') return undefined;
  if (known.kind === 'function')
    return { integration: lambdaFunction, action: resource, pattern: 'requestResponse', resource };
  const { service, action, pattern } = known;
  const integration = known.kind === 'sdk' ? awsSdk(service) : OPTIMIZED[service];
  const shown = pattern === 'requestResponse' ? action : `${action}.${pattern}`;
  return integration && { integration, action, pattern, resource: shown };
}
