import { findAction } from '../gateway/json-service.ts';
import type { AwsRequest, AwsService } from '../gateway/service.ts';
import type { EventSourceMappings } from './event-source-mappings.ts';
import { type FunctionAction, functionActions } from './function-actions.ts';
import { type FunctionReference, functionArn } from './function-arn.ts';
import type { FunctionDefinition } from './function-definition.ts';
import type { FunctionPolicies } from './function-policies.ts';
import type { FunctionStore } from './function-store.ts';
import { invokeAction } from './invoke-action.ts';
import type { InvokeOptions, InvokeResult } from './lambda.ts';
import { jsonAnswer, type LambdaAction, referenceOf } from './lambda-request.ts';
import { mappingActions } from './mapping-actions.ts';

export interface LambdaServiceOptions {
  store: FunctionStore;
  policies: FunctionPolicies;
  mappings: EventSourceMappings;
  invoke: (reference: FunctionReference, payload: string, options: InvokeOptions) => Promise<InvokeResult>;
  putFunction: (definition: FunctionDefinition) => void;
}

/** Lambda's API as SDKs and the CLI speak it. */
export function lambdaService(options: LambdaServiceOptions): AwsService {
  const actions: Readonly<Record<string, LambdaAction>> = {
    Invoke: invokeAction(options),
    ...mapValues(functionActions(options), functionAction),
    ...mappingActions(options.mappings),
  };
  const find = (request: AwsRequest) => findAction(actions, 'lambda', request.action);
  return {
    name: 'lambda',
    requires: (request) => find(request).requires(request),
    handle: async (request) => find(request).handle(request),
  };
}

function functionAction({ resource, run, status }: FunctionAction, name: string): LambdaAction {
  return {
    requires: (request) => [
      { action: `lambda:${name}`, resource: resource === 'all' ? '*' : functionArn(referenceOf(request)) },
    ],
    handle: (request) => jsonAnswer(run(request), status),
  };
}

function mapValues<From, To>(table: Readonly<Record<string, From>>, convert: (value: From, name: string) => To) {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, convert(value, name)]));
}
