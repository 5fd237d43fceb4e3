import { findAction } from './json-service.ts';
import type { AwsResponse, AwsService, JsonAction } from './service.ts';
import { xmlElement } from './xml.ts';

export interface QueryServiceOptions {
  /** The signing name, see `AwsRequest.service`. */
  name: string;
  /** The XML namespace of the answers: `https://sts.amazonaws.com/doc/2011-06-15/`. */
  namespace: string;
  actions: Readonly<Record<string, JsonAction>>;
}

/**
 * Builds a service that speaks AWS's query protocol (`Action=…` in, XML out) from a table of its actions. Inputs are
 * strings, lists and structures of strings, as the protocol has no other types; outputs are rendered by `xmlElement`.
 */
export function queryService({ name, namespace, actions }: QueryServiceOptions): AwsService {
  return {
    name,
    requires: (request) => findAction(actions, name, request.action).requires(request.input),
    handle: async ({ action, input, principal, requestId }) =>
      queryResponse(
        action,
        namespace,
        requestId,
        await findAction(actions, name, action).run(input, { principal, requestId }),
      ),
  };
}

/** The answer of a query service: the output inside `<…Response><…Result>`. */
export function queryResponse(action: string, namespace: string, requestId: string, output: object): AwsResponse {
  const result = xmlElement(`${action}Result`, output);
  const metadata = xmlElement('ResponseMetadata', { RequestId: requestId });
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<${action}Response xmlns="${namespace}">${result}${metadata}</${action}Response>`,
  };
}
