import { AwsError } from './aws-error.ts';
import type { WireRequest } from './identify.ts';

/** Lambda's REST paths, `:x` for one segment. Those that no row matches are refused by their path. */
const ACTIONS: readonly (readonly [method: string, path: string, action: string])[] = [
  ['GET', '/2015-03-31/functions', 'ListFunctions'],
  ['POST', '/2015-03-31/functions', 'CreateFunction'],
  ['GET', '/2015-03-31/functions/:f', 'GetFunction'],
  ['DELETE', '/2015-03-31/functions/:f', 'DeleteFunction'],
  ['GET', '/2015-03-31/functions/:f/configuration', 'GetFunctionConfiguration'],
  ['PUT', '/2015-03-31/functions/:f/configuration', 'UpdateFunctionConfiguration'],
  ['PUT', '/2015-03-31/functions/:f/code', 'UpdateFunctionCode'],
  ['POST', '/2015-03-31/functions/:f/invocations', 'Invoke'],
  ['POST', '/2014-11-13/functions/:f/invoke-async', 'InvokeAsync'],
  ['POST', '/2021-11-15/functions/:f/response-streaming-invocations', 'InvokeWithResponseStream'],
  ['GET', '/2015-03-31/functions/:f/policy', 'GetPolicy'],
  ['POST', '/2015-03-31/functions/:f/policy', 'AddPermission'],
  ['DELETE', '/2015-03-31/functions/:f/policy/:s', 'RemovePermission'],
  ['GET', '/2015-03-31/functions/:f/versions', 'ListVersionsByFunction'],
  ['POST', '/2015-03-31/functions/:f/versions', 'PublishVersion'],
  ['GET', '/2015-03-31/functions/:f/aliases', 'ListAliases'],
  ['POST', '/2015-03-31/functions/:f/aliases', 'CreateAlias'],
  ['GET', '/2015-03-31/functions/:f/aliases/:a', 'GetAlias'],
  ['PUT', '/2015-03-31/functions/:f/aliases/:a', 'UpdateAlias'],
  ['DELETE', '/2015-03-31/functions/:f/aliases/:a', 'DeleteAlias'],
  ['GET', '/2019-09-30/functions/:f/concurrency', 'GetFunctionConcurrency'],
  ['PUT', '/2017-10-31/functions/:f/concurrency', 'PutFunctionConcurrency'],
  ['DELETE', '/2017-10-31/functions/:f/concurrency', 'DeleteFunctionConcurrency'],
  ['GET', '/2019-09-25/functions/:f/event-invoke-config', 'GetFunctionEventInvokeConfig'],
  ['GET', '/2019-09-25/functions/:f/event-invoke-config/list', 'ListFunctionEventInvokeConfigs'],
  ['GET', '/2015-03-31/event-source-mappings', 'ListEventSourceMappings'],
  ['POST', '/2015-03-31/event-source-mappings', 'CreateEventSourceMapping'],
  ['GET', '/2015-03-31/event-source-mappings/:m', 'GetEventSourceMapping'],
  ['PUT', '/2015-03-31/event-source-mappings/:m', 'UpdateEventSourceMapping'],
  ['DELETE', '/2015-03-31/event-source-mappings/:m', 'DeleteEventSourceMapping'],
  ['GET', '/2016-08-19/account-settings', 'GetAccountSettings'],
  ['GET', '/2017-03-31/tags/:r', 'ListTags'],
];

const BY_SHAPE = new Map(ACTIONS.map(([method, path, action]) => [shape(method, path), action]));

/** The Lambda action behind a REST path. Throws `UnknownOperationException` with method and path. */
export function lambdaAction({ method, path }: Pick<WireRequest, 'method' | 'path'>): string {
  const action = BY_SHAPE.get(shape(method, path));
  if (action) return action;
  throw new AwsError('UnknownOperationException', `The local runtime does not serve Lambda's ${method} ${path}.`, {
    status: 404,
  });
}

/** Method, version and fixed words; what stands between them (names, ARNs, ids) is masked. */
function shape(method: string, path: string): string {
  const segments = path.split('/').filter((segment) => segment !== '');
  return `${method} ${segments.map((segment, index) => (index > 1 && index % 2 === 0 ? ':' : segment)).join('/')}`;
}
