import { AwsError } from './aws-error.ts';
import type { AwsRequest, AwsResponse, AwsService, JsonAction } from './service.ts';

/** A service that speaks AWS's JSON protocol; the gateway finds it by the prefix of the `X-Amz-Target` header. */
export interface JsonService extends AwsService {
  /** What stands before the dot in `X-Amz-Target`: `AWSStepFunctions`. */
  readonly targetPrefix: string;
}

export interface JsonServiceOptions {
  /** The signing name, see `AwsRequest.service`. */
  name: string;
  targetPrefix: string;
  /** The protocol's version, as in `application/x-amz-json-1.0`. */
  version: '1.0' | '1.1';
  actions: Readonly<Record<string, JsonAction>>;
}

/**
 * Builds a service from a table of its actions.
 *
 * @example
 * const service = jsonService({ name: 'states', targetPrefix: 'AWSStepFunctions', version: '1.0', actions: {
 *   DescribeExecution: { requires: …, run: … },
 * } });
 */
export function jsonService({ name, targetPrefix, version, actions }: JsonServiceOptions): JsonService {
  const find = (request: AwsRequest) => findAction(actions, name, request.action);
  return {
    name,
    targetPrefix,
    requires: (request) => find(request).requires(request.input),
    handle: async (request) => {
      const { principal, requestId } = request;
      return jsonResponse(await find(request).run(request.input, { principal, requestId }), version);
    },
  };
}

/** Looks an action up in a service's table. Throws `UnknownOperationException`, naming the action. */
export function findAction<Action>(actions: Readonly<Record<string, Action>>, service: string, name: string): Action {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action) return action;
  throw new AwsError('UnknownOperationException', `The local runtime does not serve ${service}:${name}.`);
}

/** The answer of a JSON service: the output's members, undefined ones left out. */
export function jsonResponse(output: object, version: '1.0' | '1.1'): AwsResponse {
  return {
    status: 200,
    headers: { 'content-type': `application/x-amz-json-${version}` },
    body: JSON.stringify(output),
  };
}
