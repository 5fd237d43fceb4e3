import type { RouteDefinition, StageDefinition } from '../../../local/http-api/http-api.ts';
import { type Compute, startCompute } from '../lambda/local-compute.ts';

/** The runtime with four functions that any API may invoke. */
export async function startApis(): Promise<Compute> {
  const local = await startCompute();
  local.deploy('echo', 'export const handler = async (event) => event;');
  local.deploy('answer', 'export const handler = async ({ body }) => JSON.parse(body);');
  local.deploy('fails', 'export const handler = async () => { throw new Error("secret detail"); };');
  local.deploy('slow', 'export const handler = () => new Promise((done) => setTimeout(done, 300));');
  for (const name of ['echo', 'answer', 'fails', 'slow'])
    local.lambda.putPermission(name, {
      Sid: 'api',
      Effect: 'Allow',
      Principal: { Service: 'apigateway.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
      Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:execute-api:us-east-1:000000000000:*/*/*' } },
    });
  return local;
}

/** An API whose routes go to the functions named. Returns its address. */
export function putApi(
  local: Compute,
  id: string,
  routes: Record<string, string>,
  options: {
    stage?: Partial<StageDefinition>;
    route?: Partial<RouteDefinition>;
    cors?: object;
    timeoutMs?: number;
  } = {},
): string {
  const { endpoint } = local.httpApis.putApi({ id, name: id, ...(options.cors ? { cors: options.cors } : {}) });
  local.httpApis.putStage({ apiId: id, name: '$default', ...options.stage });
  for (const [routeKey, name] of Object.entries(routes)) {
    local.httpApis.putIntegration({
      apiId: id,
      id: `${name}-integration`,
      type: 'AWS_PROXY',
      uri: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
      payloadFormatVersion: '2.0',
      timeoutMs: options.timeoutMs ?? 30_000,
    });
    local.httpApis.putRoute({
      apiId: id,
      id: routeKey,
      routeKey,
      integrationId: `${name}-integration`,
      authorizationType: 'NONE',
      ...options.route,
    });
  }
  return endpoint;
}

/** Status and JSON body of an answer. */
export async function json(response: Response): Promise<{ status: number; body: object }> {
  return { status: response.status, body: JSON.parse(await response.text()) };
}
